"""Laws of the two result types: they change units as numbers do."""

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from polariscope.crystal.spectra.krylov.estimates import Bounded, Estimate


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(-1e6, 1e6))
def test_an_error_stays_positive(value, error, factor):
    scaled = Estimate(value, error).times(factor)
    assert scaled.value == factor * value
    assert scaled.standard_error >= 0


def test_all_but_the_level_is_in_units():
    share = Bounded(0.5, 0.1, 0.2, 0.8, 0.9, 0.4, 0.6)
    counts = share.times(10)
    for field in fields(Bounded):
        factor = 1 if field.name == "level" else 10
        assert getattr(counts, field.name) == factor * getattr(share, field.name)
