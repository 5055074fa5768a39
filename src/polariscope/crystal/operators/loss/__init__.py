"""A network’s loss as a surface, and its second derivatives; torch."""
