"""Eigenvalues and densities from products alone, with what bounds them."""
