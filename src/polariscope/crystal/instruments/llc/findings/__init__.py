"""The questions that a learning coefficient answers, a rule each."""
