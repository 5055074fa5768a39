"""What readings are worth: intervals that know what trials share, permutation tests, and their kin.

Pure functions of arrays. Throughout, T trials have n positions each, every position is injected once, and an
answer of -1 has failed.
"""

from polariscope.statistics.assignment import BestPermutation, best_permutation, best_permutation_test
from polariscope.statistics.auroc import auroc
from polariscope.statistics.bootstrap import Estimate, clustered_mean, paired_gap
from polariscope.statistics.centering import diagonal_effect, double_center, prior_corrected
from polariscope.statistics.chains import ChainMean, chain_mean, effective_sample_size, split_rhat
from polariscope.statistics.confusion import (
    confusion_matrix,
    mutual_information,
    mutual_information_test,
    recall,
)
from polariscope.statistics.intervals import Interval, clopper_pearson, wilson
from polariscope.statistics.multiplicity import holm
from polariscope.statistics.permutation import Permuted, accuracy_test, diagonal_test
from polariscope.statistics.precision import design_effect, trials_to_decide
from polariscope.statistics.selection import best_of_half

__all__ = [
    "BestPermutation",
    "ChainMean",
    "Estimate",
    "Interval",
    "Permuted",
    "accuracy_test",
    "auroc",
    "best_of_half",
    "best_permutation",
    "best_permutation_test",
    "chain_mean",
    "clopper_pearson",
    "clustered_mean",
    "confusion_matrix",
    "design_effect",
    "diagonal_effect",
    "diagonal_test",
    "double_center",
    "effective_sample_size",
    "holm",
    "mutual_information",
    "mutual_information_test",
    "paired_gap",
    "prior_corrected",
    "recall",
    "split_rhat",
    "trials_to_decide",
    "wilson",
]
