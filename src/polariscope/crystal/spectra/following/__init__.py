"""One eigenpair along a parameter or a training run."""
