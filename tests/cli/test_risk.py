"""polariscope risk, typed as a user would: every screen, every file it writes, every refusal."""

import json
import os
import re
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from polariscope.introspection import outcome
from polariscope.risk import worked_examples
from polariscope.risk.reading.loading import load_edition
from polariscope.runs import Claims

EDITION = load_edition()
OVERLAY = """
format = 1
id = "mine"
over = "polariscope-1"
title = "Mine"
reason = "A test."
[[threshold]]
family = "legitimacy"
of = "agent_likeness"
at_least = "high"
reason = "Stricter."
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the user is in."""
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def mine(folder: Path) -> Path:
    """A profile of the user's own."""
    path = folder / "mine.toml"
    path.write_text('format = 1\nname = "Mine"  # kept\n[axes]\ncognition = 4\nintelligence = 6\n')
    return path


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Standard input: lines from a pipe, or typed on a terminal; an exception is raised when its turn comes."""

    class Input:
        def __init__(self, lines: tuple[Any, ...], terminal: bool) -> None:
            self._lines: Iterator[Any] = iter(lines)
            self._terminal = terminal

        def isatty(self) -> bool:
            return self._terminal

        def readline(self) -> str:
            line = next(self._lines, None)
            if isinstance(line, type):
                raise line
            return "" if line is None else f"{line}\n"

    def prepare(*lines: Any, terminal: bool = True) -> None:
        monkeypatch.setattr(sys, "stdin", Input(lines, terminal))

    return prepare


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A run that claims this."""

    def claim(answer: str, finished: int = 3) -> None:
        told = Claims("0a1b2c3d4e5f", "localize", "tiny", answer, "So it is.", finished, 3)
        monkeypatch.setattr(outcome, "read_outcome", lambda ledger, run: run)
        monkeypatch.setattr(outcome, "claims", lambda run: told)

    return claim


def refusal(said: Any) -> str:
    assert (said.code, said.out.partition("Proposed")[0]) == (2, "")
    assert said.err.count("\n") == 1
    return said.err.removeprefix("polariscope: ").rstrip()


# --- placing a system


def test_a_worked_example_is_placed_by_its_name_however_it_is_spelt(call):
    said = call("risk", "chat-assistant")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Open: 1 Epistemic unreliability, ")
    for word in ("Chat assistant", "CHAT-assistant"):
        assert call("risk", word).out == said.out


def test_a_profile_of_ones_own_is_placed(call, mine):
    told = call("risk", mine, "--json").json
    assert told["profile"]["axes"] == {"cognition": 4, "intelligence": 6}
    assert told["edition"]["digest"] == EDITION.digest
    assert {each["state"] for each in told["families"]} <= {"open", "closed", "undetermined"}
    parts = {"format", "edition", "profile", "made_by", "edition_note", "spans", "families", "limits"}
    assert set(told) == parts  # no total
    again = mine.with_suffix(".json")
    again.write_text(json.dumps({"format": 1, "name": "Mine", "axes": {"cognition": 4, "intelligence": 6}}))
    assert call("risk", again).out == call("risk", mine).out


def test_a_word_that_is_nothing_gives_the_nearest_of_commands_and_examples(call, folder):
    assert refusal(call("risk", "shwo")).endswith("got shwo. Cure: perhaps you mean show.")
    assert refusal(call("risk", "spamfilter")).endswith("Cure: perhaps you mean spam-filter.")
    assert refusal(call("risk", "shwo", "misuse")).endswith("got shwo misuse. Cure: perhaps you mean show.")
    assert "mine.toml: must be a file that can be read" in refusal(call("risk", "mine.toml"))
    assert call("risk", "shwo", "--json").json["error"]["argument"] == "PROFILE"


def test_a_commands_name_wins_over_a_file_of_that_name(call, folder):
    (folder / "examples").write_text("no profile")
    assert "spam-filter" in call("risk", "examples").out


def test_a_profile_that_cannot_be_is_refused_with_its_place(call, mine):
    mine.write_text('format = 1\nname = "Mine"\n[axes]\ncognition = 1\n[facets]\nplanning = "high"\n')
    assert refusal(call("risk", mine)).startswith(f"{mine}: planning: not above its axis")
    assert refusal(call("risk", "compare", "spam-filter", mine)).startswith(f"{mine}: planning: ")
    mine.write_text('format = 1\nname = "Mine"\n[facets]\nplaning = "high"\n')
    assert "perhaps you mean planning" in refusal(call("risk", mine))


@pytest.mark.parametrize("words", [("risk", "x"), ("risk", "compare", "x", "x"), ("risk", "export", "x")])
def test_hostile_text_never_reaches_the_terminal_raw(call, folder, words):
    name = "\\u001b[2J</td>[red]\\u202e"
    (folder / "x.toml").write_text(f'format = 1\nname = "x"\ndescription = "{name}"\n', "utf-8")
    said = call(*("x.toml" if word == "x" else word for word in words))
    assert said.code == 0
    assert all(character.isprintable() or character == "\n" for character in said.out)


def test_an_edition_of_ones_own_is_named_with_what_it_changes(call, folder):
    (folder / "edition.toml").write_text(OVERLAY)
    ours = call("risk", "chat-assistant").out
    for words in (("chat-assistant",), ("show", "11"), ("export", "chat-assistant", "--format", "csv")):
        said = call("risk", *words, "--edition", "edition.toml")
        assert said.code == 0
        assert "polariscope-1 + mine" in said.out
        assert "agent-likeness" in said.out
    assert "11 Legitimacy" in ours.splitlines()[0]
    assert "11 Legitimacy" not in call("risk", "chat-assistant", "--edition", "edition.toml").out.splitlines()[0]
    assert "none.toml" in refusal(call("risk", "show", "1", "--edition", "none.toml"))


# --- evidence


def test_an_accepted_run_is_appended_and_counts(call, mine, found):
    found("yes")
    before = mine.read_text()
    said = call("risk", mine, "--evidence", "0a1b", "--accept")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Proposed: metacognitive regulation at least middle\n")
    assert "Whether tiny is this system is for you to say." in said.out
    assert mine.read_text().startswith(before)
    (block,) = tomllib.loads(mine.read_text())["evidence"]
    assert (block["run"], block["decision"], block["proposed"]) == ("0a1b2c3d4e5f", "accepted", "middle")
    assert call("risk", mine, "--json").json["spans"]["metacognition"] == [2, 2]
    assert "Run 0a1b2c3d4e5f accepted:" in call("risk", mine).out
    assert "note: A model that notices" in call("risk", mine).out


def test_a_declined_run_is_recorded_and_does_not_count(call, mine, found):
    found("yes")
    assert call("risk", mine, "--evidence", "0a1b", "--decline").code == 0
    assert tomllib.loads(mine.read_text())["evidence"][0]["decision"] == "declined"
    assert call("risk", mine, "--json").json["spans"]["metacognition"] == [1, 2]


@pytest.mark.parametrize("answer", ["no", "undecided"])
def test_a_run_that_supports_nothing_says_why_and_can_be_recorded(call, mine, found, answer):
    found(answer, finished=2)
    said = call("risk", mine, "--evidence", "0a1b", "--accept")
    assert said.out.startswith("Proposed: nothing\nIt supports nothing. ")
    assert "The run is not finished (2 of 3 cells)" in said.out
    assert call("risk", mine, "--json").json["spans"]["metacognition"] == [1, 2]


@pytest.mark.parametrize(
    ("typed_words", "decision"), [(["accept"], "accepted"), (["what", "decline"], "declined")]
)
def test_on_a_terminal_the_user_is_asked(call, mine, found, typed, typed_words, decision):
    found("yes")
    typed(*typed_words)
    said = call("risk", mine, "--evidence", "0a1b")
    assert said.code == 0
    assert said.err.count("accept, decline, or Enter to leave it open?") == len(typed_words)
    assert tomllib.loads(mine.read_text())["evidence"][0]["decision"] == decision


@pytest.mark.parametrize(("word", "code"), [("", 0), (KeyboardInterrupt, 130), (None, 130)])
def test_a_decision_left_open_writes_nothing(call, mine, found, typed, word, code):
    found("yes")
    typed(*([] if word is None else [word]))
    before = mine.read_bytes()
    said = call("risk", mine, "--evidence", "0a1b")
    assert said.code == code
    assert "nothing was written" in said.out + said.err
    assert mine.read_bytes() == before


def test_without_a_terminal_the_decision_must_be_said(call, mine, found, typed):
    found("yes")
    typed("accept", terminal=False)
    before = mine.read_bytes()
    said = call("risk", mine, "--evidence", "0a1b")
    assert said.out.startswith("Proposed: metacognitive regulation")
    assert "say --accept or --decline" in refusal(said)
    assert mine.read_bytes() == before


def test_as_json_it_proposes_and_only_records_what_is_said(call, mine, found):
    found("yes")
    before = mine.read_bytes()
    told = call("risk", mine, "--evidence", "0a1b", "--json").json
    assert (told["proposal"]["facet"], told["proposal"]["at_least"]) == ("metacognition", "middle")
    assert told["decision"] is None
    assert told["contradiction"] is None
    assert mine.read_bytes() == before
    told = call("risk", mine, "--evidence", "0a1b", "--json", "--accept").json
    assert told["decision"] == "accepted"
    assert told["assessment"]["spans"]["metacognition"] == [2, 2]


def test_what_contradicts_the_profile_cannot_be_accepted_and_can_be_declined(call, mine, found):
    found("yes")
    mine.write_text(mine.read_text() + '[facets]\nmetacognition = "low"\n')
    before = mine.read_bytes()
    assert "It contradicts the profile" in call("risk", mine, "--evidence", "0a1b", "--accept").out
    assert "metacognition" in refusal(call("risk", mine, "--evidence", "0a1b", "--accept"))
    told = call("risk", mine, "--evidence", "0a1b", "--json").json
    assert "metacognition" in told["contradiction"]
    assert told["accepting_would_change"] is None
    assert mine.read_bytes() == before
    assert call("risk", mine, "--evidence", "0a1b", "--decline").code == 0


def test_a_real_run_of_the_ledger_is_read(call, mine, finished):
    told = call("risk", mine, "--evidence", finished[:6], "--json").json
    shown = call("runs", "show", finished, "--json").json
    assert told["proposal"]["run"] == finished
    assert shown["verdicts"][0]["headline"] in told["proposal"]["sentence"]
    before = mine.read_bytes()
    for word in ("feedbeef", ""):
        assert "must begin the id of a run" in refusal(call("risk", mine, "--evidence", word, "--accept"))
    assert mine.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--evidence", "0a1b"), "--evidence: is evidence for a PROFILE"),
        (("mine.toml", "--accept"), "--accept: decides on --evidence RUN"),
        (("mine.toml", "--evidence", "0a1b", "--accept", "--decline"), "--accept: either this or --decline"),
        (
            ("chat-assistant", "--evidence", "0a1b", "--accept"),
            "PROFILE: evidence is attached to a profile's .toml",
        ),
        (("mine.toml", "--out", "x.toml"), "--out: is for the questionnaire"),
        (("mine.toml", "--force"), "--force: is for the questionnaire"),
    ],
)
def test_words_that_do_not_fit_together_are_refused(call, mine, found, words, told):
    found("yes")
    before = mine.read_bytes()
    assert refusal(call("risk", *words)).startswith(told)
    assert mine.read_bytes() == before


def test_a_run_is_attached_once_and_json_files_have_no_room(call, mine, found):
    found("yes")
    call("risk", mine, "--evidence", "0a1b", "--decline")
    said = call("risk", mine, "--evidence", "0a1b", "--accept")
    assert "a run is attached once" in refusal(said)
    assert said.out == ""  # before anybody is asked
    other = mine.with_suffix(".json")
    other.write_text('{"format": 1, "name": "Mine"}')
    assert "evidence is appended to a .toml file" in refusal(call("risk", other, "--evidence", "0a1b", "--accept"))


# --- the questionnaire


def test_a_pipe_answers_and_the_profile_is_written_beside(call, folder, typed):
    typed("My system!", "", "3", "it keeps notes", "low", "", "done", terminal=False)
    said = call("risk")
    assert said.code == 0
    assert said.out.startswith("Open: ")
    assert said.out.rstrip().endswith("profile  my-system.toml")
    assert "What is the system called?" in said.err
    assert call("risk", "my-system.toml").out in said.out
    kept = tomllib.loads(Path("my-system.toml").read_text())
    assert kept["axes"] == {"beingness": {"is": 3, "evidence": ["it keeps notes"]}}
    assert kept["facets"] == {"persistence": "low"}
    typed("My system!", "done", terminal=False)
    assert call("risk", "--json").json["profile_file"] == "my-system-2.toml"


def test_out_names_the_file_and_replaces_none_without_force(call, folder, typed):
    typed("One", "done")
    assert call("risk", "--out", "system.toml").code == 0
    before = Path("system.toml").read_bytes()
    typed("Two", "done")
    assert refusal(call("risk", "--out", "system.toml")).startswith("--out: is not there yet")
    assert Path("system.toml").read_bytes() == before
    typed("Two", "done")
    assert call("risk", "--out", "system.toml", "--force").code == 0
    assert tomllib.loads(Path("system.toml").read_text())["name"] == "Two"


@pytest.mark.parametrize(
    ("out", "told"), [("none/x.toml", "a file in a folder that can be written"), ("x.json", "as a .toml file")]
)
def test_a_place_that_cannot_be_is_refused_before_the_first_question(call, folder, typed, out, told):
    typed()
    said = refusal(call("risk", "--out", out))
    assert told in said
    assert not list(folder.iterdir())


@pytest.mark.parametrize("last", ["quit", KeyboardInterrupt, None])
def test_stopping_on_a_terminal_leaves_no_file(call, folder, typed, last):
    typed("One", "", "3", *([] if last is None else [last]))
    said = call("risk")
    assert (said.code, said.out) == (130, "")
    assert said.err.rstrip().endswith("stopped; nothing was written")
    assert not list(folder.iterdir())


def test_a_pipe_that_ends_too_early_is_refused_and_leaves_no_file(call, folder, typed):
    typed("One", "", "3", terminal=False)
    said = call("risk")
    assert (said.code, said.out) == (2, "")
    assert "standard input: an answer to every question; got its end; nothing was written. Cure: " in said.err
    assert not list(folder.iterdir())


# --- the other commands


@pytest.mark.parametrize("word", ["6", "6*", "deceptive-alignment", "Deceptive alignment", "deceptive_alignment"])
def test_a_family_is_shown_by_number_id_or_name(call, word):
    said = call("risk", "show", word)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("6* Deceptive alignment\n")
    assert "Possible in " in said.out
    assert call("risk", "show", word, "--json").json["id"] == "deceptive-alignment"


@pytest.mark.parametrize(
    ("word", "cure"),
    [("decptive", "deceptive-alignment"), ("hazards", "tool-use"), ("13", "epistemic-unreliability,")],
)
def test_a_family_that_is_none_gives_the_nearest(call, word, cure):
    assert cure in refusal(call("risk", "show", word)).partition("Cure: ")[2]


def test_two_systems_are_compared(call, mine):
    said = call("risk", "compare", "chat-assistant", "chat-assistant-with-memory")
    assert said.out.startswith("From Chat assistant to Chat assistant with memory: opens 3 Objective drift")
    told = call("risk", "compare", "chat-assistant", "chat-assistant-with-memory", "--json").json
    assert told["opened"] == ["objective-drift"]
    assert call("risk", "compare", mine, mine, "--json").json["opened"] == []


def test_what_if_changes_nothing_but_the_answer(call, mine):
    before = mine.read_bytes()
    said = call("risk", "what-if", mine, "tools=yes", "planning=middle")
    assert said.out.startswith("Mine with tools=yes, planning=middle: now decided: 7 open")
    told = call("risk", "what-if", mine, "tools=yes", "--json").json
    assert told["settings"] == ["tools=yes"]
    assert told["b"]["profile"]["outside"] == {"tools": "yes"}
    assert mine.read_bytes() == before
    assert refusal(call("risk", "what-if", mine)).startswith("SETTINGS: at least one property=value")
    assert "perhaps you mean planning" in refusal(call("risk", "what-if", mine, "planing=high"))


def test_exports_go_to_standard_output_or_to_a_file(call, mine, folder):
    for form in ("json", "csv", "markdown", "toml"):
        text = call("risk", "export", mine, "--format", form).out
        said = call("risk", "export", mine, "--format", form, "--out", "x", "--force")
        assert (said.code, said.out) == (0, "")
        assert Path("x").read_bytes().decode() == text
        assert call("risk", "export", mine, "--format", form, "--json").json == {"format": form, "text": text}
        told = call("risk", "export", mine, "--format", form, "--json", "--out", "x", "--force").json
        assert told == {"format": form, "file": "x"}
    assert json.loads(call("risk", "export", mine, "--format", "json").out) == call("risk", mine, "--json").json
    assert "must be a file" in refusal(call("risk", "export", mine, "--out", folder))


def test_an_exported_example_is_the_beginning_of_a_profile_of_ones_own(call, folder):
    for each in call("risk", "examples", "--json").json:
        call("risk", "export", each["id"], "--format", "toml", "--out", "own.toml", "--force")
        ours, own = (call("risk", word, "--json").json["families"] for word in (each["id"], "own.toml"))
        assert ours == own


def test_the_page_is_written_with_the_systems_asked_for(call, mine, folder):
    said = call("risk", "page", mine, "spam-filter")
    assert (said.code, said.out) == (0, "page  risk.html\n")
    page = Path("risk.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert '"Mine"' in page
    told = call("risk", "page", "--out", "other.html", "--json").json
    assert (told["page"], told["systems"], told["edition"]["id"]) == ("other.html", [], EDITION.id)
    assert Path("other.html").exists()
    assert "must be a file" in refusal(call("risk", "page", "--out", "none/x.html"))


@pytest.mark.parametrize("command", ["export", "page"])
def test_what_a_command_reads_is_never_written_over(call, mine, folder, command):
    (folder / "edition.toml").write_text(OVERLAY)
    (folder / "link.toml").symlink_to(mine)
    os.link(mine, folder / "other-name.toml")
    kept = {path: path.read_bytes() for path in folder.iterdir()}
    for out in (mine, "link.toml", "./mine.toml", "other-name.toml", "edition.toml"):
        for force in ((), ("--force",)):
            said = call("risk", command, mine, "--edition", "edition.toml", "--out", out, *force)
            assert refusal(said).startswith("--out: is none of the files that this command reads")
    assert {path: path.read_bytes() for path in folder.iterdir()} == kept


@pytest.mark.parametrize("command", ["export", "page"])
def test_another_file_is_replaced_only_by_force(call, mine, folder, command):
    other = folder / "notes.toml"
    other.write_text("mine")
    words = ("risk", command, "spam-filter", "--out", other)
    assert refusal(call(*words)).startswith("--out: is not there yet; got ")
    assert other.read_text() == "mine"
    assert call(*words, "--force").code == 0
    assert other.read_text() != "mine"


def test_a_page_is_replaced_by_the_next_and_a_report_is_not(call, folder):
    assert call("risk", "page").code == 0
    assert call("risk", "page", "spam-filter").code == 0
    assert '"Spam filter"' in Path("risk.html").read_text("utf-8")
    Path("risk.html").write_text("<!doctype html>\n<title>Where was it?</title>")
    assert "is not there yet" in refusal(call("risk", "page"))


def test_the_questionnaire_never_writes_over_its_edition(call, folder, typed):
    (folder / "edition.toml").write_text(OVERLAY)
    typed()
    said = call("risk", "--out", "edition.toml", "--edition", "edition.toml", "--force")
    assert refusal(said).startswith("--out: is none of the files that this command reads")


@pytest.mark.parametrize(
    "words", [(), ("compare", "spam-filter"), ("what-if", "tools=yes"), ("export",), ("page",), ("page", "--json")]
)
def test_a_profile_of_another_edition_says_so_once(call, folder, words):
    Path("old.toml").write_text('format = 1\nname = "Old"\nedition = "polariscope-9"\n')
    command, *more = words or ("",)
    said = call("risk", *([command] if command else []), "old.toml", *more)
    assert (said.code, said.err) == (0, "")
    note = f"Old was described under polariscope-9; here it is read by {EDITION.id}, {EDITION.digest}."
    assert " ".join(said.out.split()).count(note) == 1
    Path("old.toml").write_text('format = 1\nname = "Old"\n')
    assert "was described under" not in call("risk", "old.toml").out


def test_a_worked_example_keeps_its_mark_wherever_it_goes(call, folder):
    told = call("risk", "what-if", "chat-assistant", "tools=yes", "--json").json
    assert (told["a"]["made_by"], told["b"]["made_by"]) == ("ours", "edited from our example Chat assistant")
    call("risk", "export", "chat-assistant", "--format", "toml", "--out", "own.toml")
    assert call("risk", "own.toml", "--json").json["made_by"] == "from our example Chat assistant"
    told = call("risk", "what-if", "own.toml", "tools=yes", "--json").json
    assert told["b"]["made_by"] == "edited from our example Chat assistant"
    assert "Described from our example Chat assistant." in call("risk", "export", "own.toml").out


NARROW = """
import sys
from polariscope.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize("form", ["screen", "--json", "toml", "csv", "json"])
def test_a_terminal_of_another_encoding_gets_no_traceback(folder, encoding, form):
    Path("x.toml").write_text('format = 1\nname = "Zo\u00eb \u2192 \U0001f600"\n', "utf-8")
    words = {"screen": ["risk", "x.toml"], "--json": ["risk", "x.toml", "--json"]}
    asked = words.get(form, ["risk", "export", "x.toml", "--format", form])
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    said = subprocess.run(
        [sys.executable, "-c", NARROW, *asked], capture_output=True, env=environment, check=False
    )
    assert (said.returncode, said.stderr) == (0, b"")
    if form == "screen":
        assert b"\\u25d0" in said.stdout
        return
    text = said.stdout.decode("utf-8")
    name = json.loads(text)["profile"]["name"] if "json" in form else text
    assert "Zo\u00eb \u2192 \U0001f600" in name


def test_bytes_that_are_no_text_are_asked_about_and_kept_escaped(folder):
    asked = [sys.executable, "-c", NARROW, "risk", "--json"]
    said = subprocess.run(asked, input=b"Zo\xff\ndone\n", capture_output=True, check=False)
    assert said.returncode == 0
    assert json.loads(said.stdout)["profile"]["name"] == "Zo\\xff"


def test_examples_are_listed_and_each_can_be_named(call):
    listed = call("risk", "examples", "--json").json
    assert [each["name"] for each in listed] == [each.name for each in worked_examples(EDITION)]
    assert {each["made_by"] for each in listed} == {"ours"}
    text = call("risk", "examples").out
    for each in listed:
        assert each["id"] in text
        assert call("risk", each["id"], "--json").json["profile"]["name"] == each["name"]


GUIDE = Path(__file__).parents[2] / "docs" / "guide.md"


def test_the_profile_and_the_edition_of_the_guide_are_read(call, folder):
    section = GUIDE.read_text("utf-8").split("## Risk: place a system")[1].split("\n## ")[0]
    blocks = [textwrap.dedent(block) for block in re.findall(r"(?:^    .*\n)+", section, re.MULTILINE)]
    profile, edition = (block for block in blocks if block.startswith("format = 1"))
    Path("assistant.toml").write_text(profile)
    Path("mine.toml").write_text(edition)
    told = call("risk", "assistant.toml", "--edition", "mine.toml", "--json").json
    assert told["edition"]["id"] == "polariscope-1 + my-lab-3"
    assert told["spans"]["cognition"] == [4, 4]


FAST = """
import contextlib, io, sys
from polariscope.cli import main
for words in (["risk", "--help"], ["risk", "chat-assistant"], ["risk", "show", "6"], ["risk", "examples"]):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        main(words)
print(sorted({"torch", "transformers", "matplotlib", "scipy", "huggingface_hub", "jinja2"} & set(sys.modules)))
"""


def test_placing_a_system_loads_no_heavy_library():
    done = subprocess.run([sys.executable, "-c", FAST], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.strip() == "[]"
