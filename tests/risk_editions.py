"""A user's editions and profiles as files, from data, for tests of reading them."""

import json
from pathlib import Path
from typing import Any

import pytest

from polariscope.errors import PolariscopeError
from polariscope.risk.edition import Edition
from polariscope.risk.reading.loading import load_edition


def overlay(folder: Path, **tables: Any) -> Path:
    """A file with an edition of a user; a table that is None is left out."""
    head = {"format": 1, "id": "my-lab-3", "over": "polariscope-1", "title": "Ours", "reason": ""}
    path = folder / "mine.json"
    path.write_text(json.dumps({key: value for key, value in {**head, **tables}.items() if value is not None}))
    return path


def laid(folder: Path, **tables: Any) -> Edition:
    return load_edition(overlay(folder, **tables))


def refused(folder: Path, **tables: Any) -> str:
    """What the refusal says, without the folder's name."""
    with pytest.raises(PolariscopeError) as caught:
        laid(folder, **tables)
    return str(caught.value).replace(f"{folder}/", "")


def family(*conditions: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = {"id": "curiosity", "number": 13, "name": "Curiosity", "mechanism": "It pries."}
    return {**made, "condition": conditions, **more}


def driver(of: str | list[str], at_least: Any = "high") -> dict[str, Any]:
    return {"kind": "driver", "of": of, "at_least": at_least}


def deficit(of: str | list[str], at_most: Any = "low") -> dict[str, Any]:
    return {"kind": "deficit", "of": of, "at_most": at_most}


def builds_on(family: str) -> dict[str, Any]:
    return {"kind": "family", "of": family}
