"""The parts of a spectrum's report, a module each."""
