"""How often the clustered interval holds the truth, beside intervals that forget what trials share.

    python bench/coverage.py [--experiments 1500]

Each experiment has 100 trials of 5 predictions over 50 vectors drawn with replacement; a vector's rate is beta
distributed with the given mean and intraclass correlation. Nominal: 95 %.
"""

import argparse

import numpy as np

from polariscope.statistics import clustered_mean, wilson

TRIALS, PREDICTIONS, VECTORS = 100, 5, 50


def coverage(mean: float, correlation: float, experiments: int) -> tuple[float, float, float]:
    """Shares of experiments in which the truth lies in the interval: over vectors, over trials, Wilson's."""
    rng = np.random.default_rng(0)
    spread = 1 / correlation - 1
    held = np.zeros(3)
    for seed in range(experiments):
        rates = rng.beta(mean * spread, (1 - mean) * spread, VECTORS)
        vectors = rng.integers(VECTORS, size=TRIALS)
        hits = rng.binomial(PREDICTIONS, rates[vectors])
        scores = hits / PREDICTIONS
        intervals = (
            clustered_mean(scores, vectors, resamples=2000, seed=seed, bounds=(0, 1)).interval,
            clustered_mean(scores, np.arange(TRIALS), resamples=2000, seed=seed, bounds=(0, 1)).interval,
            wilson(int(hits.sum()), TRIALS * PREDICTIONS),
        )
        held += [interval.low <= mean <= interval.high for interval in intervals]
    over_vectors, over_trials, independent = held / experiments
    return float(over_vectors), float(over_trials), float(independent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--experiments", type=int, default=1500)
    experiments = parser.parse_args().experiments
    print(f"{'mean':>5}{'correlation':>12}{'over vectors':>14}{'over trials':>13}{'Wilson':>8}")
    for mean, correlation in ((0.2, 0.05), (0.3, 0.1), (0.5, 0.3), (0.9, 0.1), (0.97, 0.1)):
        shares = coverage(mean, correlation, experiments)
        print(f"{mean:5.2f}{correlation:12.2f}{shares[0]:14.1%}{shares[1]:13.1%}{shares[2]:8.1%}")


if __name__ == "__main__":
    main()
