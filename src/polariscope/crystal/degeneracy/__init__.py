"""How degenerate a minimum is: learning coefficients in closed form, at finite temperature, and sampled."""
