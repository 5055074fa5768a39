"""Every export says the same as the assessment, names its edition, and is safe to open."""

import csv
import io
import json
from pathlib import Path
from typing import get_args

import pytest

from polariscope.risk.edition import Edition
from polariscope.risk.profile import SystemProfile
from polariscope.risk.reading.profile_file import profile_from, read_profile
from polariscope.risk.rules import Assessment, assess
from polariscope.risk.telling.as_json import assessment_json
from polariscope.risk.telling.export import Format, export, profile_toml
from polariscope.risk.telling.wording import MADE_BY
from polariscope.runs import canonical_json, parse_canonical
from risk_shown import HOSTILE, MINE, SHOWN

EVERY = pytest.mark.parametrize("found", SHOWN.values(), ids=SHOWN.keys())
READABLE = {name: found for name, found in SHOWN.items() if name != "hostile"}  # a file's texts have no such names


def rows(found: Assessment) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export(found, "csv"), newline=""), strict=True))


@pytest.mark.parametrize("form", get_args(Format))
def test_every_export_names_the_edition_its_digest_and_its_changes(form: Format) -> None:
    text = export(SHOWN["another edition"], form)
    assert all(part in text for part in (MINE.id, MINE.digest, MINE.changes[0]))
    assert text.endswith("\n")


@EVERY
@pytest.mark.parametrize("form", get_args(Format))
def test_an_export_is_text_that_can_be_written_and_is_the_same_each_time(found: Assessment, form: Format) -> None:
    text = export(found, form)
    assert text.encode("utf-8")
    assert text == export(found, form)
    assert "\x1b" not in text


@EVERY
def test_json_is_strict_and_canonical_and_whole(found: Assessment) -> None:
    told = json.loads(export(found, "json"), parse_constant=pytest.fail)
    assert told == assessment_json(found) == parse_canonical(canonical_json(told))
    assert [each["state"] for each in told["families"]] == [each.state for each in found.findings]
    assert profile_from(told["profile"], found.edition, "JSON").entries == found.profile.entries
    for each, finding in zip(told["families"], found.findings, strict=True):
        assert [index for index, one in enumerate(each["conditions"]) if one["decided"]] == list(finding.decided)
        truths = "".join({"yes": "y", "no": "n", "unknown": "?"}[one["holds"]] for one in each["conditions"])
        assert truths == "".join(finding.truths)
        assert len(each["to_open"]) == len(finding.to_open)
        assert len(each["to_close"]) == len(finding.to_close)


@EVERY
def test_csv_has_a_row_for_each_family_and_condition(found: Assessment) -> None:
    table = rows(found)
    expected = [(each.family.id, c.kind) for each in found.findings for c in each.family.conditions]
    assert [(row["family"], row["kind"]) for row in table] == expected
    states = {each.family.id: each.state for each in found.findings}
    assert all(row["state"] == states[row["family"]] for row in table)
    for each in found.findings:
        own = [row for row in table if row["family"] == each.family.id]
        assert [row["decided"] for row in own] == [
            "true" if index in each.decided else "false" for index in range(len(own))
        ]


def test_every_export_of_an_example_says_that_it_is_ours(tmp_path: Path) -> None:
    found = SHOWN["Chat assistant"]
    assert {row["made_by"] for row in rows(found)} == {"ours"}
    assert {row["made_by"] for row in rows(SHOWN["unknown"])} == {"user"}
    assert MADE_BY in export(found, "toml").partition("format")[0]
    assert MADE_BY not in export(SHOWN["unknown"], "toml")
    (tmp_path / "own.toml").write_text(export(found, "toml"), "utf-8")
    again = assess(read_profile(tmp_path / "own.toml", found.edition), found.edition)
    assert {row["made_by"] for row in rows(again)} == {"from our example Chat assistant"}


@pytest.mark.parametrize("form", get_args(Format))
def test_every_export_says_where_the_profile_names_another_edition(form: Format) -> None:
    text = export(assess(SystemProfile("x", made_under="polariscope-9"), MINE), form)
    note = "x was described under polariscope-9; here it is read by polariscope-1 + mine, feedfeedfeedfeed."
    assert note in text


def test_no_field_of_a_csv_is_a_formula_to_a_spreadsheet() -> None:
    table = rows(SHOWN["hostile"])
    fields = [field for row in table for field in row.values()]
    assert any("<script>" in field for field in fields)
    assert not any(field.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for field in fields)
    assert all(field.isprintable() for field in fields)


@pytest.mark.parametrize("found", READABLE.values(), ids=READABLE.keys())
def test_toml_is_the_profile_itself(found: Assessment, tmp_path: Path) -> None:
    path = tmp_path / "again.toml"
    path.write_text(export(found, "toml"), encoding="utf-8")
    again = read_profile(path, found.edition)
    assert (again.name, again.description) == (found.profile.name, found.profile.description)
    assert (again.entries, again.attached) == (found.profile.entries, found.profile.attached)


def test_the_comments_of_a_profile_stay_comments_whatever_an_edition_is_called() -> None:
    edition = Edition("x\n[axes]\ny = 1", "", "0" * 16, {}, (HOSTILE,), {}, {}, {})
    lines = profile_toml(SystemProfile("mine"), edition).splitlines()
    assert [line.startswith("#") for line in lines[:2]] == [True, True]
    assert not any(line.startswith("[axes]") for line in lines)
