"""What `polariscope risk` asks on a terminal or takes from a pipe: the questionnaire, and a decision."""

import sys
import tempfile
from itertools import count
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.padding import Padding

from polariscope.cli.risk_names import slug
from polariscope.cli.risk_out import check_out
from polariscope.errors import PolariscopeError
from polariscope.risk.edition import Edition
from polariscope.risk.profile import SystemProfile
from polariscope.risk.questionnaire import ask
from polariscope.risk.telling.export import profile_toml
from polariscope.runs import write_atomic

_STOPPED = "stopped; nothing was written"
Decision = Literal["accepted", "declined"]


def describe_system(
    edition: Edition, out: Path | None, force: bool, edition_file: Path | None = None
) -> tuple[SystemProfile, Path]:
    """Ask for a profile and write it; questions go to standard error, answers come from standard input.

    Args:
        edition: Whose properties are asked.
        out: Where to write; default: a new file named after the system, in this folder.
        force: Whether the file may be replaced.
        edition_file: The user's edition, which is never replaced.

    Returns:
        The profile and its file.

    Raises:
        KeyboardInterrupt: The user stops; nothing was written.
        PolariscopeError: The file is there already or cannot be written, or a pipe ends too early.
    """
    if out is not None:
        _check_place(out, edition_file, force)
    profile = ask(edition, _read_line, _say)
    if profile is None:
        raise KeyboardInterrupt(_STOPPED)
    place = out or _free_place(profile)
    write_atomic(place, profile_toml(profile, edition))
    _say("")
    return profile, place


def hear_decision() -> Decision | None:
    """Ask what to do with a proposal.

    Returns:
        The decision, None where the user leaves it open.

    Raises:
        PolariscopeError: There is no terminal to ask on.
    """
    if not sys.stdin.isatty():
        cure = "say --accept or --decline; nothing was written"
        raise PolariscopeError("--evidence", "the decision is yours", "no terminal to ask on", cure)
    answers: dict[str, Decision | None] = {"accept": "accepted", "decline": "declined", "": None}
    while True:
        _say("accept, decline, or Enter to leave it open?")
        answer = _read_line().strip().lower()
        if answer in answers:
            return answers[answer]


def _read_line() -> str:
    if sys.stdin.isatty():
        sys.stderr.write("> ")
        sys.stderr.flush()
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(_STOPPED) from stop
    if line:
        return line
    if sys.stdin.isatty():
        raise KeyboardInterrupt(_STOPPED)
    cure = "name a PROFILE, call it on a terminal, or pipe an answer a line, with done for the rest"
    raise PolariscopeError("standard input", "an answer to every question", "its end; nothing was written", cure)


def _say(text: str) -> None:
    console = Console(stderr=True, markup=False, highlight=False)
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        console.print(Padding(line.lstrip(), (0, 0, 0, indent)) if indent else line)


def _check_place(out: Path, edition_file: Path | None, force: bool) -> None:
    if out.suffix.lower() != ".toml":
        raise PolariscopeError("--out", "a profile is written as a .toml file", out, f"name it {out.stem}.toml")
    check_out(out, [edition_file], force)
    try:
        with tempfile.TemporaryFile(dir=out.resolve().parent):
            return
    except OSError as error:
        rule = "a file in a folder that can be written"
        raise PolariscopeError("--out", rule, error.strerror, "make the folder first, or name another") from error


def _free_place(profile: SystemProfile) -> Path:
    name = slug(profile.name)
    tried = (Path(f"{name}.toml" if number == 1 else f"{name}-{number}.toml") for number in count(1))
    return next(place for place in tried if not place.exists())
