"""Lattice, graph and loss as one thing: symmetric operators that are known by their products."""
