"""Gaussians in several dimensions, from the laws of means and scatters."""
