"""What the modes of a graph say."""
