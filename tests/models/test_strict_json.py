from pathlib import Path

import pytest

from polariscope.errors import PolariscopeError
from polariscope.models.strict_json import read_object, unique_object


def test_a_config_may_repeat_a_key_unless_asked_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text('{"a": 1, "a": 2, "b": Infinity}')
    assert read_object(path, 100) == {"a": 2, "b": float("inf")}
    with pytest.raises(PolariscopeError, match="twice"):
        read_object(path, 100, unique_object)


def test_the_size_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text("{}" + " " * 99)
    with pytest.raises(PolariscopeError, match="at most 100 bytes"):
        read_object(path, 100)
    assert read_object(path, 101) == {}


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolariscopeError, match="can be read"):
        read_object(tmp_path / "none", 1)
