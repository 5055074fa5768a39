"""A part of a record is the record of a part."""

from dataclasses import fields

import numpy as np
import pytest

from polariscope.crystal.degeneracy.sampling.chains import Chains

C, K = 5, 7


def record():
    """Every number another, so that none is taken for another."""
    grids = [np.arange(C * K, dtype=float).reshape(C, K) + 1000 * k for k in range(4)]
    rows = [np.arange(C) + 10 * k for k in range(4)]
    return Chains(*grids, rows[0], rows[1].astype(float), 3, 99, rows[2].astype(float), rows[3].astype(float))


@pytest.mark.parametrize("chosen", [np.array([4, 1]), slice(1, 3), np.array([], np.int64)])
def test_of_takes_the_same_chains_of_every_array(chosen):
    whole = record()
    part = whole.of(chosen)
    for field in fields(Chains):
        own, all_ = getattr(part, field.name), getattr(whole, field.name)
        if field.name in {"burn_in", "gradients"}:
            assert own == all_
        else:
            np.testing.assert_array_equal(own, all_[chosen])


def test_all_of_them_are_the_record_itself():
    whole = record()
    np.testing.assert_array_equal(whole.of(slice(None)).excess, whole.excess)
