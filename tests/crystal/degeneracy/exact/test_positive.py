"""Temperatures and precisions are finite and above 0."""

import numpy as np
import pytest

from polariscope.crystal.degeneracy.exact.positive import positive
from polariscope.errors import PolariscopeError


@pytest.mark.parametrize("value", [3, 3.0, np.float32(3), np.int64(3)])
def test_any_type_of_number_will_do(value):
    assert positive("t", value) == 3.0
    assert type(positive("t", value)) is float


@pytest.mark.parametrize("value", [0, -1.0, np.nan, np.inf, None, "warm", [1.0, 2.0], 10**400])
def test_everything_else_is_refused(value):
    with pytest.raises(PolariscopeError, match=r"^t: a finite number above 0; got .*\. Cure: give a number"):
        positive("t", value)
