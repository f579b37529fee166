"""Token chains looked at in one generation alone, traced back to their ancestors."""
