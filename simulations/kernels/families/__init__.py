"""Uniform, exponential and Poisson chains, regression, mixtures."""
