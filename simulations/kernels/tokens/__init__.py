"""Token chains run forwards: cells that copy cells, or counts."""
