import json
import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from polariscope.runs import strict_json

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def _at(value: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


@given(st.dictionaries(st.text(max_size=4).filter(lambda key: key != "not_finite"), _VALUES, max_size=4))
def test_every_number_that_is_not_finite_is_null_and_named_at_its_place(told: dict[str, Any]) -> None:
    written = strict_json(told)
    json.dumps(written, allow_nan=False)
    for pointer, name in written["not_finite"].items():
        assert _at(written, pointer) is None
        was = _at(told, pointer)
        assert math.isnan(was) if name == "NaN" else was == float(name.replace("Infinity", "inf"))
    assert str(told).count("nan") + str(told).count("inf") >= len(written["not_finite"])


def test_what_is_finite_stays() -> None:
    told = {"a": [1, 2.5, None, True, "x"], "b": {"c": -0.0}}
    assert strict_json(told) == told | {"not_finite": {}}
