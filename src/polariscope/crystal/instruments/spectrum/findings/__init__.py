"""The questions that a spectrum answers, a rule each."""
