"""What the modes of a lattice say."""
