"""What an estimator of the learning coefficient should find at a finite temperature, each with its error."""
