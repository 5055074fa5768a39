"""Lattices, graphs and small trained networks whose spectra are known."""
