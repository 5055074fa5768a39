from typing import Any

import pytest
from pydantic import ValidationError

from polariscope.errors import PolariscopeError
from polariscope.risk.reading import condition_schema, edition_schema, overlay_schema
from polariscope.risk.reading.condition_schema import Driver
from polariscope.risk.reading.edition_schema import MatchTable
from polariscope.risk.reading.overlay_schema import OverlayFile
from polariscope.risk.reading.schema import FileTable, checked

MODULES = (condition_schema, edition_schema, overlay_schema)
FOUND = {each for module in MODULES for each in vars(module).values() if isinstance(each, type)}
TABLES = sorted((each for each in FOUND if issubclass(each, FileTable)), key=lambda each: each.__name__)
MATCH = {"scheme": "S", "code": "1", "name": "N", "predicate": "closeMatch", "confidence": 0.5}


def refusal(**fields: Any) -> str:
    with pytest.raises(PolariscopeError) as caught:
        checked(MatchTable, {**MATCH, **fields}, "x.toml")
    return str(caught.value)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_table_is_frozen_and_strict(table: type[FileTable]) -> None:
    assert table.model_config["frozen"]
    assert table.model_config["strict"]
    assert table.model_config["extra"] == "forbid"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1.5, -0.1, True, "0.5", None])
def test_only_a_number_in_range_is_a_confidence(number: Any) -> None:
    assert refusal(confidence=number).startswith("x.toml: confidence: must be ")
    assert checked(MatchTable, {**MATCH, "confidence": 1}, "x.toml").confidence == 1.0


def test_one_of_many_mistakes_is_told() -> None:
    assert refusal(scheme=1, code=2, confidense=3) == (
        "x.toml: there is no key of this name here; got confidense. Cure: perhaps you mean confidence."
    )


def test_hostile_keys_are_shown_escaped() -> None:
    assert "\x1b" not in refusal(**{"\x1b[2J" * 1000: 1})
    assert len(refusal(**{"x" * 1_000_000: 1})) < 500


def test_braces_in_what_was_written_are_text() -> None:
    assert "got {rule} {0}." in refusal(predicate="{rule} {0}")


def test_a_table_that_is_none_is_refused() -> None:
    for data in (None, [], "x", 3):
        with pytest.raises(PolariscopeError, match=r"x.toml: must be a table; got .* Cure: write keys and values"):
            checked(OverlayFile, data, "x.toml")


def test_a_table_cannot_be_changed() -> None:
    table = checked(Driver, {"kind": "driver", "of": "speed", "at_least": "low"}, "x.toml")
    with pytest.raises(ValidationError):
        table.at_least = "high"  # type: ignore[misc]
