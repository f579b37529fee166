"""Gaussians whose points are drawn, and kernel densities on them."""
