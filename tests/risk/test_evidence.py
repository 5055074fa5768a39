"""A run proposes by the edition's rules, the user decides, and the file records both and loses nothing."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.errors import PolariscopeError
from polariscope.risk.edition import EvidenceRule
from polariscope.risk.evidence import Proposal, attach, evidence_table, propose
from polariscope.risk.profile import SystemProfile
from polariscope.risk.reading.loading import load_edition
from polariscope.risk.rules import assess
from polariscope.runs import Claims

EDITION = load_edition()
BEFORE = 'format = 1\nname = "mine"  # kept\n\n[axes]\n# also kept\ncognition = 4\n'
PROPOSAL = Proposal(
    "0a1b", "localize", "tiny", "metacognition", 2, "It located them.", "deceptive-alignment", "N.", ""
)


def claims(**changes: Any) -> Claims:
    told = {"run": "0a1b", "instrument": "localize", "model": "tiny", "answer": "yes", "headline": "Yes, above."}
    return Claims(**(told | {"finished": 3, "total": 3} | changes))


def profile_file(folder: Path, content: str | bytes = BEFORE, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_localization_above_its_controls_supports_metacognition_and_is_noted_at_deceptive_alignment() -> None:
    found = propose(claims(), EDITION)
    assert (found.facet, found.at_least, found.note_at) == ("metacognition", 2, "deceptive-alignment")
    assert "steering-aware" in found.note
    assert found.sentence.endswith("(localize on tiny: Yes, above.)")


@pytest.mark.parametrize("answer", ["no", "undecided"])
def test_any_other_answer_supports_nothing_and_says_why(answer: str) -> None:
    found = propose(claims(answer=answer), EDITION)
    assert (found.facet, found.at_least, found.note_at, found.note) == ("", 0, "", "")
    assert found.sentence.startswith("It supports nothing. ")
    assert "metacognition" in found.sentence


def test_a_run_without_a_rule_supports_nothing_and_the_edition_is_named() -> None:
    found = propose(claims(instrument="crystal"), EDITION)
    assert (found.facet, found.at_least) == ("", 0)
    assert found.sentence.startswith(f"It supports nothing: edition {EDITION.id} has no rule for crystal")


def test_the_rules_are_the_editions() -> None:
    rule = EvidenceRule("demo", "no", "planning", 3, "Plans.", "", "")
    found = propose(claims(instrument="demo", answer="no"), replace(EDITION, evidence=(rule,)))
    assert (found.facet, found.at_least) == ("planning", 3)


def test_unfinished_cells_are_said_and_recorded() -> None:
    assert propose(claims(), EDITION).unfinished == ""
    found = propose(claims(finished=2), EDITION)
    assert found.unfinished == "The run is not finished (2 of 3 cells): its answer may still change."
    assert found.decide("accepted").sentence.endswith(found.unfinished)


@given(st.text(), st.text())
def test_whatever_a_model_is_called_the_proposal_is_text_on_one_line(model: str, headline: str) -> None:
    found = propose(claims(model=model, headline=headline), EDITION)
    assert found.sentence.isprintable()
    assert found.model.isprintable()
    assert len(found.sentence) < 3_000


@pytest.mark.parametrize(("decision", "low"), [("accepted", 2), ("declined", 1)])
def test_only_what_is_accepted_counts(decision: Any, low: int) -> None:
    attached = propose(claims(), EDITION).decide(decision)
    found = assess(SystemProfile("mine", attached=(attached,)), EDITION)
    assert found.spans["metacognition"].low == low


CONTENTS = {
    "plain": BEFORE,
    "no end of line": BEFORE.rstrip("\n"),
    "comment last": BEFORE + "# the end",
    "windows": BEFORE.replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + BEFORE,
    "a block already": BEFORE + '\n[[evidence]]\nrun = "ff"\ndecision = "declined"\n',
    "nothing": "",
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
@pytest.mark.parametrize("decision", ["accepted", "declined"])
def test_a_block_is_appended_and_every_byte_before_it_stays(tmp_path: Path, content: str, decision: Any) -> None:
    path = profile_file(tmp_path, content)
    told = attach(path, PROPOSAL, decision)
    assert told == PROPOSAL.decide(decision)
    after = path.read_bytes()
    assert after.startswith(content.encode())
    assert not content or b"\n\n[[evidence]]\n" in after[len(content) - 1 :].replace(b"\r", b"")
    assert after.count(b"\r\n") in {0, after.count(b"\n")}
    old, new = (tomllib.loads(text.removeprefix("\ufeff")) for text in (content, after.decode()))
    assert new.pop("evidence") == [*old.pop("evidence", []), evidence_table(told)]
    assert new == old
    assert list(tmp_path.iterdir()) == [path]


HOSTILE = st.text() | st.text("\x00\x1b\x7f\u202e\"\\'\n\r[]#=", max_size=9)


@given(HOSTILE, HOSTILE)
def test_hostile_text_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, sentence: str, note: str
) -> None:
    path = profile_file(tmp_path_factory.mktemp("hostile"))
    attach(path, replace(PROPOSAL, sentence=sentence, note=note), "accepted")
    (block,) = tomllib.loads(path.read_text("utf-8"))["evidence"]
    assert (block["sentence"], block["note"]) == (sentence, note)
    assert set(block) == {
        "run", "instrument", "facet", "proposed", "sentence", "decision", "note_at", "note",
    }  # fmt: skip
    assert block["proposed"] == "middle"


def test_two_runs_can_be_attached_and_one_run_once(tmp_path: Path) -> None:
    path = profile_file(tmp_path)
    attach(path, PROPOSAL, "declined")
    attach(path, replace(PROPOSAL, run="ffff", at_least=0, facet=""), "accepted")
    kept = path.read_bytes()
    with pytest.raises(PolariscopeError, match=r"a run is attached once; got 0a1b\. Cure: remove its \[\[ev"):
        attach(path, PROPOSAL, "accepted")
    assert path.read_bytes() == kept
    assert [block["proposed"] for block in tomllib.loads(kept.decode())["evidence"]] == ["middle", ""]


REFUSED = {
    "a list in one line": ("mine.toml", 'evidence = [{ run = "ff" }]\n' + BEFORE, "evidence stands in"),
    "an empty list": ("mine.toml", "evidence = []\n" + BEFORE, "evidence stands in"),
    "a table": ("mine.toml", BEFORE + "[evidence]\n", "evidence stands in"),
    "no TOML": ("mine.toml", "name = \n", "must be valid TOML"),
    "no text": ("mine.toml", b"name = '\xff'", "must be UTF-8 text"),
    "JSON": ("mine.json", '{"name": "mine"}', "evidence is appended to a .toml file"),
    "no suffix": ("mine", BEFORE, "evidence is appended to a .toml file"),
}


@pytest.mark.parametrize(("name", "content", "rule"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_without_room_is_refused_and_left_alone(
    tmp_path: Path, name: str, content: str | bytes, rule: str
) -> None:
    path = profile_file(tmp_path, content, name)
    kept = path.read_bytes()
    with pytest.raises(PolariscopeError) as refusal:
        attach(path, PROPOSAL, "accepted")
    assert (refusal.value.argument, rule in refusal.value.rule) == (str(path), True)
    assert path.read_bytes() == kept


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolariscopeError, match="must be a file that can be read"):
        attach(tmp_path / "none.toml", PROPOSAL, "accepted")
    assert not list(tmp_path.iterdir())
