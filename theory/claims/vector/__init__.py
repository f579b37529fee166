"""Claims about Gaussian sources in several dimensions whose data are replaced in every generation."""
