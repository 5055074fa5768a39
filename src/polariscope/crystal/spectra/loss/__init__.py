"""What the curvature of a loss says."""
