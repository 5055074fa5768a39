"""The local learning coefficient of a loss, with the controls that could kill it."""
