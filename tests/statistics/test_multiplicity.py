"""Adjusted p-values: by hand, and their laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.errors import PolariscopeError
from polariscope.statistics import holm

PS = st.lists(st.floats(0, 1), min_size=1, max_size=20)


def test_holm_by_hand():
    # .005 x 4, .01 x 3, .03 x 2, and .04 x 1 lifted to what stands before it
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(PS)
def test_holm_rejects_what_stepping_down_rejects(p):
    adjusted = holm(p)
    for size in (0.05, 0.5):
        rejected = set()
        for step, k in enumerate(np.argsort(p, kind="stable")):
            if p[k] * (len(p) - step) > size:
                break
            rejected.add(int(k))
        assert rejected == set(np.flatnonzero(adjusted <= size).tolist())


@given(PS, st.randoms())
def test_order_is_kept_and_no_p_value_falls(p, random):
    adjusted = holm(p)
    assert ((np.array(p) <= adjusted + 1e-15) & (adjusted <= 1)).all()
    assert (np.diff(adjusted[np.argsort(p)]) >= 0).all()
    places = list(range(len(p)))
    random.shuffle(places)
    assert holm([p[k] for k in places]) == pytest.approx(adjusted[places])


def test_the_error_rate_is_what_it_promises():
    p = np.random.default_rng(0).random((2000, 10))
    errors = np.mean([(holm(row) <= 0.1).any() for row in p])  # all null: any rejection is false
    assert abs(errors - 0.1) < 3 * np.sqrt(0.1 * 0.9 / 2000) + 0.005


@pytest.mark.parametrize("wrong", [[0.1, 1.1], [-0.1], [0.1, np.nan], [], [[0.1]]])
def test_what_is_no_p_value_is_refused(wrong):
    with pytest.raises(PolariscopeError) as caught:
        holm(wrong)
    assert caught.value.argument == "p"
