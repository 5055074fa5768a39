"""Weighted graphs, where they come from, and their Laplacians."""
