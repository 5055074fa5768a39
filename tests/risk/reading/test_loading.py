import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from shutil import copytree

import pytest

from polariscope.errors import PolariscopeError
from polariscope.risk import edition as edition_module
from polariscope.risk.conditions import AtLeast, AtMost
from polariscope.risk.edition import Edition
from polariscope.risk.reading.loading import edition_of, load_edition, our_edition
from polariscope.risk.reading.sheet import read_sheet
from polariscope.risk.reading.tour import tour
from risk_editions import builds_on, deficit, driver, family, laid, overlay

DATA = Path(edition_module.__file__).parent / "data"
OURS = our_edition()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of our data, to be changed."""
    return copytree(DATA, tmp_path / "data")


def edited(folder: Path, file: str, old: str, new: str) -> Edition:
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return edition_of(read_sheet(folder), "copy")


def texts(edition: Edition, name: str) -> list[str]:
    return [each.text for each in edition.families[name].conditions]


def test_our_edition_is_read_once() -> None:
    assert load_edition() is our_edition() is load_edition(None)


def test_conditions_say_in_words_what_they_are() -> None:
    assert texts(OURS, "epistemic-unreliability") == ["intelligence above metacognitive regulation (by band)"]
    assert texts(OURS, "deceptive-alignment")[2:] == ["intelligence at least top", "persistence at least high"]
    assert texts(OURS, "robustness")[0] == "internal coherence or norm enforcement at most low"
    assert texts(OURS, "tool-use")[-1] == "tool access: yes"


def test_bands_become_levels_of_their_axis(tmp_path: Path) -> None:
    conditions = [driver("intelligence", "middle"), driver("beingness", 3), deficit("beingness", "high"),
                  driver(["cognition", "planning"], "high"), deficit("intelligence", "middle"),
                  deficit("cognition", "top")]  # fmt: skip
    found = laid(tmp_path, family=[family(*conditions)]).families["curiosity"]
    assert [each.atoms for each in found.conditions] == [
        (AtLeast("intelligence", 3),),
        (AtLeast("beingness", 3),),
        (AtMost("beingness", 7),),
        (AtLeast("cognition", 6), AtLeast("planning", 3)),
        (AtMost("intelligence", 5),),
        (AtMost("cognition", 7),),
    ]
    assert found.conditions[1].text == "beingness at least 3"


def test_a_family_has_the_conditions_of_those_it_builds_on_once_each_and_in_their_place(tmp_path: Path) -> None:
    base = [driver("speed"), driver("breadth")]
    edition = laid(
        tmp_path,
        family=[
            family(builds_on("left"), builds_on("right"), driver("know_how"), id="top", number=20),
            family(driver("planning"), builds_on("base"), id="left", number=21),
            family(builds_on("base"), driver("social"), id="right", number=22),
            family(*base, id="base", number=23),
        ],
    )
    found = [text.removesuffix(" at least high") for text in texts(edition, "top")]
    assert found == ["planning", "speed", "breadth", "social cognition", "know-how"]


def test_a_threshold_moved_in_a_family_moves_where_others_build_on_it(tmp_path: Path) -> None:
    edition = laid(
        tmp_path,
        family=[family(builds_on("misuse"))],
        threshold=[{"family": "misuse", "of": "intelligence", "at_least": "high", "reason": "so"}],
    )
    assert texts(edition, "curiosity") == ["intelligence at least high", "functional self-reflection at most low"]


def test_works_have_an_address(tmp_path: Path) -> None:
    work = {"title": "T", "authors": "A", "year": 2020}
    one, two, three = (
        {**work, "id": "one", "doi": "10.1000/x", "url": "https://example.org"},
        {**work, "id": "two", "arxiv": "2001.00001"},
        {**work, "id": "three", "url": "https://example.org"},
    )
    works = laid(tmp_path, work=[one, two, three]).works
    found = {name: works[name].url for name in ("one", "two", "three")}
    assert found == {
        "one": "https://doi.org/10.1000/x",
        "two": "https://arxiv.org/abs/2001.00001",
        "three": "https://example.org",
    }


def test_the_digest_is_of_the_data_and_not_of_how_it_is_written(folder: Path) -> None:
    assert edition_of(read_sheet(folder), "copy").digest == OURS.digest
    assert edited(folder, "works.toml", "[[work]]", "# A comment.\n\n[[work]]").digest == OURS.digest
    assert edited(folder, "outside.toml", 'id = "tools"', 'id="tools"').digest == OURS.digest


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("edition.toml", 'id = "polariscope-1"', 'id = "polariscope-2"'),
        ("axes/cognition.toml", 'name = ""', 'name = "A name"'),
        ("axes/cognition.toml", "predicts choices", "foresees choices"),
        ("outside.toml", "call tools", "use tools"),
        ("families/06-deceptive-alignment.toml", 'at_least = "top"', 'at_least = "high"'),
        ("families/06-deceptive-alignment.toml", "strongest word", "strongest term"),
        ("works.toml", "year = 2025", "year = 2024"),
        ("evidence.toml", 'at_least = "middle"', 'at_least = "high"'),
    ],
)
def test_the_digest_changes_with_any_of_the_data(folder: Path, file: str, old: str, new: str) -> None:
    found = edited(folder, file, old, new).digest
    assert found != OURS.digest
    assert len(found) == 16
    assert int(found, 16) >= 0


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("outside.toml", 'id = "users"', 'id = "tools"',
         "outside.toml: each factor has an id of its own; got tools twice. Cure: rename or remove"),
        ("outside.toml", 'id = "users"', 'id = "planning"',
         "copy: each axis, facet and factor has an id of its own; got planning twice."),
        ("families/07-tool-use.toml", 'id = "tool-use"', 'id = "misuse"',
         "families: each family has an id of its own; got misuse twice."),
        ("axes/beingness.toml", 'band = "low"', 'band = "high"',
         "beingness.toml: capability: low capabilities stand first, then middle, then high, and each band has one"
         "; got high, low, middle,"),
        ("edition.toml", "format = 1", "format = 2",
         "edition.toml: format: is at most 1 in this Polariscope; got 2."),
        ("edition.toml", 'title = "Risk', 'titel = "Risk',
         "edition.toml: there is no key of this name here; got titel. Cure: perhaps you mean title."),
        ("evidence.toml", 'supports = "metacognition"', 'supports = "metacogntion"',
         "copy: evidence of localize: there is no facet of this name; got metacogntion."),
        ("evidence.toml", 'supports = "metacognition"', 'supports = ""',
         "evidence.toml: rule no. 1: a rule that supports a facet says at least which band; got middle. "
         "Cure: give both or none."),
        ("evidence.toml", 'note_at = "deceptive-alignment"', 'note_at = "deceptive"',
         "copy: evidence of localize: there is no family of this name; got deceptive. "
         "Cure: perhaps you mean deceptive-alignment."),
    ],
)  # fmt: skip
def test_mistakes_in_the_data_are_told(folder: Path, file: str, old: str, new: str, told: str) -> None:
    with pytest.raises(PolariscopeError) as caught:
        edited(folder, file, old, new)
    assert str(caught.value).startswith(told)


def test_a_tour_leaves_out_what_an_edition_removed(tmp_path: Path) -> None:
    shown = {name for scene in tour(OURS) for name in scene.families}
    assert shown <= set(OURS.families)
    laid_over = laid(tmp_path, remove=["welfare", "misuse"])
    assert {name for scene in tour(laid_over) for name in scene.families} == shown - {"welfare", "misuse"}
    assert "welfare" not in {scene.id for scene in tour(laid_over)}


def test_text_with_markup_or_control_characters_is_data(tmp_path: Path) -> None:
    hostile = "</script>\x1b[2J\x00"
    found = laid(tmp_path, family=[{**family(driver("speed")), "name": hostile, "mechanism": hostile}])
    assert (found.families["curiosity"].name, found.families["curiosity"].mechanism) == (hostile, hostile)


def test_an_edition_is_frozen_data_throughout() -> None:
    def parts(value: object) -> Iterator[object]:
        yield value
        if hasattr(value, "__dataclass_fields__"):
            assert value.__dataclass_params__.frozen  # type: ignore[attr-defined]
            yield from (part for field in fields(value) for part in parts(getattr(value, field.name)))  # type: ignore[arg-type]
        elif isinstance(value, dict | tuple):
            yield from (
                part for each in (value.values() if isinstance(value, dict) else value) for part in parts(each)
            )

    kinds = {type(part).__module__.partition(".")[0] for part in parts(OURS)}
    assert kinds == {"builtins", "polariscope"}  # no pydantic model is handed on


def test_help_of_the_command_line_reads_no_edition() -> None:
    code = "import sys; from polariscope.cli import app; app(['--help'], result_action='return_value'); "
    check = "sys.exit(any(name.startswith(('pydantic', 'polariscope.risk')) for name in sys.modules))"
    subprocess.run([sys.executable, "-c", code + check], check=True, capture_output=True)


def test_json_and_toml_say_the_same_edition(tmp_path: Path) -> None:
    change = {"family": "deceptive-alignment", "of": "intelligence", "at_least": "high", "reason": "Seen."}
    as_json = load_edition(overlay(tmp_path, threshold=[change]))
    toml = tmp_path / "mine.toml"
    toml.write_text(
        'format = 1\nid = "my-lab-3"\nover = "polariscope-1"\ntitle = "Ours"\n[[threshold]]\n'
        'family = "deceptive-alignment"\nof = "intelligence"\nat_least = "high"\nreason = "Seen."\n'
    )
    assert load_edition(toml) == as_json
