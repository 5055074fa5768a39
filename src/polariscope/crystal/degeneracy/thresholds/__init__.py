"""Learning coefficients and their multiplicities in closed form, the values of infinitely many examples."""
