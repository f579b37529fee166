"""Claims about Gaussian sources in several dimensions: replaced data, and policies that keep, mix or forget data."""
