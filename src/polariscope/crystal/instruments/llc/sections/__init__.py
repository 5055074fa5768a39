"""The parts of a learning coefficient's report, a module each."""
