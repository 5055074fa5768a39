"""The spectrum of a lattice, a graph or a loss, with what could be wrong about it."""
