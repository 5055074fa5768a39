"""Atoms and springs, and their dynamical matrix."""
