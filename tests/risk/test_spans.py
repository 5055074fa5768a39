import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.risk.spans import Span

spans = st.tuples(st.integers(1, 6), st.integers(0, 4)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))


@given(spans, spans)
def test_span_is_the_set_of_its_levels(a: Span, b: Span) -> None:
    common = set(a) & set(b)
    met = a.meet(b)
    assert (set(met) if met else set()) == common
    assert a.known == (len(set(a)) == 1)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (3, 2), (-1, -1)])
def test_no_empty_span(low: int, high: int) -> None:
    with pytest.raises(ValueError, match="no span"):
        Span(low, high)
