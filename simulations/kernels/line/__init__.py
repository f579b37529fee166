"""Gaussians on the line, from the laws of means and spreads."""
