"""What the eigenvalues of a symmetric operator are, each with its bound, and what they say."""
