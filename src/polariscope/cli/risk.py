"""polariscope risk: which families of alignment risk are open for a system, why, and what would close them?"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from polariscope.cli.output import print_file, print_json
from polariscope.cli.risk_asking import Decision, describe_system
from polariscope.cli.risk_evidence import attach_run
from polariscope.cli.risk_names import find_family, find_profile, profile_path, slug
from polariscope.cli.risk_out import check_out, is_page
from polariscope.errors import PolariscopeError
from polariscope.risk.comparison import compare as compare_assessments
from polariscope.risk.edition import Edition
from polariscope.risk.naming import advice
from polariscope.risk.profile import SystemProfile
from polariscope.risk.reading.examples import worked_examples
from polariscope.risk.reading.loading import load_edition
from polariscope.risk.reading.profile_file import edition_note
from polariscope.risk.regions import describe_region, regions
from polariscope.risk.rules import assess
from polariscope.risk.telling.as_json import assessment_json, comparison_json, edition_json, family_json
from polariscope.risk.telling.export import Format
from polariscope.risk.telling.export import export as export_text
from polariscope.risk.telling.terminal import assessment_screen
from polariscope.risk.telling.terminal_family import family_screen
from polariscope.risk.telling.terminal_pair import comparison_screen, what_if_screen
from polariscope.risk.telling.wording import plain
from polariscope.risk.what_if import what_if as apply_settings
from polariscope.runs import write_atomic

_Json = Annotated[bool, Parameter(negative="")]
_Flag = Annotated[bool, Parameter(negative="")]
_EditionFile = Annotated[Path | None, Parameter(name="--edition")]

risk = App(
    name="risk",
    help="Which alignment-risk families are open for a system, why, and what would close them?",
)


@risk.default
def place(
    *profile: str,
    evidence: str | None = None,
    accept: _Flag = False,
    decline: _Flag = False,
    edition: _EditionFile = None,
    out: Path | None = None,
    force: _Flag = False,
    json: _Json = False,
) -> None:
    """Place a system among Beingness, Cognition and Intelligence, and say which risk families are open.

    Each family is open, closed, or undetermined where the unknowns decide, with the conditions that made it so.
    There is no total. Without a PROFILE a questionnaire asks for one and writes it.

    Parameters
    ----------
    profile
        A profile's .toml or .json file, or the name of a worked example (polariscope risk examples).
    evidence
        A run of the ledger: shows what it says of the system, and attaches it to the profile's .toml file once
        you have accepted or declined it.
    accept
        Accept what the run says.
    decline
        Decline it; that is recorded too.
    edition
        Your own edition, laid over ours: other thresholds, other families.
    out
        Where the questionnaire writes the profile; by default a file named after the system, in this folder.
    force
        Let the questionnaire replace the file of --out.
    json
        Print JSON and nothing else.
    """
    _check(profile, evidence, accept, decline, out, force)
    loaded = load_edition(edition)
    if evidence is not None:
        decision: Decision | None = "accepted" if accept else "declined" if decline else None
        attach_run(profile[0], evidence, decision, loaded, json)
    elif profile:
        _show(find_profile(profile[0], loaded, tuple(_COMMANDS)), loaded, json)
    else:
        described, written = describe_system(loaded, out, force, edition)
        _show(described, loaded, json, {"profile_file": str(written)})
        if not json:
            _console().print(f"profile  {written}", soft_wrap=True)


@risk.command
def show(family: str, *, edition: _EditionFile = None, json: _Json = False) -> None:
    """Show a family: how it fails, when it opens, whose words that encodes, and works on it.

    Parameters
    ----------
    family
        Its number, id or name.
    edition
        Your own edition, laid over ours.
    json
        Print JSON and nothing else.
    """
    loaded = load_edition(edition)
    found = find_family(family, loaded)
    region = describe_region(regions(loaded)[found.id], loaded)
    if json:
        print_json(family_json(found, loaded, region))
    else:
        _console().print(family_screen(found, loaded, region))


@risk.command
def compare(a: str, b: str, *, edition: _EditionFile = None, json: _Json = False) -> None:
    """Compare two systems, or two versions of one: what opens, what closes, what becomes known.

    Parameters
    ----------
    a
        The first: a profile's file, or the name of a worked example.
    b
        The second.
    edition
        Your own edition, laid over ours.
    json
        Print JSON and nothing else.
    """
    loaded = load_edition(edition)
    before, after = (assess(find_profile(word, loaded), loaded) for word in (a, b))
    found = compare_assessments(before, after)
    if json:
        print_json(comparison_json(found, before, after))
    else:
        _console().print(comparison_screen(found, before, after))
        _tell_editions([before.profile, after.profile], loaded)


@risk.command(name="what-if")
def what_if(profile: str, *settings: str, edition: _EditionFile = None, json: _Json = False) -> None:
    """Change some properties of a system, and see which families change. Nothing is written.

    Parameters
    ----------
    profile
        A profile's file, or the name of a worked example.
    settings
        Such as metacognition=high, cognition=3, cognition=3-5, tools=yes, persistence=unknown.
    edition
        Your own edition, laid over ours.
    json
        Print JSON and nothing else.
    """
    _check_settings(settings)
    loaded = load_edition(edition)
    system = find_profile(profile, loaded)
    before, after = assess(system, loaded), assess(apply_settings(system, loaded, settings), loaded)
    found = compare_assessments(before, after)
    if json:
        print_json({"settings": list(settings), **comparison_json(found, before, after)})
    else:
        _console().print(what_if_screen(found, after, settings))
        _tell_editions([system], loaded)


@risk.command
def export(
    profile: str,
    *,
    format: Format = "markdown",  # noqa: A002
    out: Path | None = None,
    force: _Flag = False,
    edition: _EditionFile = None,
    json: _Json = False,
) -> None:
    """Write an assessment for other programs or readers; it names its edition.

    Parameters
    ----------
    profile
        A profile's file, or the name of a worked example.
    format
        json for all of it, csv for a spreadsheet, markdown for a model card, toml for the profile alone.
    out
        The file to write; by default standard output.
    force
        Let it replace a file, though never the profile or the edition itself.
    edition
        Your own edition, laid over ours.
    json
        Print JSON and nothing else: the text, or with --out the file's name.
    """
    if out is not None:
        check_out(out, [profile_path(profile), edition], force)
    loaded = load_edition(edition)
    text = export_text(assess(find_profile(profile, loaded), loaded), format)
    if out is not None:
        write_atomic(out, text)
    if json:
        print_json({"format": format, **({"text": text} if out is None else {"file": str(out)})})
    elif out is None:
        print_file(text)


@risk.command
def page(
    *profiles: str,
    out: Path = Path("risk.html"),
    force: _Flag = False,
    edition: _EditionFile = None,
    json: _Json = False,
) -> None:
    """Write the interactive page: families, reasons, what-if, comparison and the space, in one file.

    Parameters
    ----------
    profiles
        Systems to show first: profiles' files, or names of worked examples.
    out
        The file to write; risk.html by default. A page that is there already is replaced.
    force
        Let it replace a file that is no such page, though never a profile or the edition itself.
    edition
        Your own edition, laid over ours.
    json
        Print JSON and nothing else.
    """
    from polariscope.web.risk_page import render_risk_page  # late: numpy and the templates

    check_out(out, [*map(profile_path, profiles), edition], force, replaceable=is_page)
    loaded = load_edition(edition)
    systems = [find_profile(word, loaded) for word in profiles]
    write_atomic(out, render_risk_page(loaded, systems))
    if json:
        told = {"systems": [each.name for each in systems], "edition": edition_json(loaded)}
        notes = [edition_note(each, loaded) for each in systems if each.made_under]
        print_json({"page": str(out), **told, "edition_notes": notes})
    else:
        _console().print(f"page  {out}", soft_wrap=True)
        _tell_editions(systems, loaded)


@risk.command
def examples(*, edition: _EditionFile = None, json: _Json = False) -> None:
    """List the worked examples, ours: illustrations, no measurements.

    Parameters
    ----------
    edition
        Your own edition, laid over ours.
    json
        Print JSON and nothing else.
    """
    found = worked_examples(load_edition(edition))
    if json:
        told = ("name", "description", "made_by")
        print_json([{"id": slug(each.name), **{key: getattr(each, key) for key in told}} for each in found])
        return
    table = Table("name", "what it is", box=None, pad_edge=False)
    for each in found:
        table.add_row(slug(each.name), Text(plain(each.description)))
    _console().print(table)


_COMMANDS = ("show", "compare", "what-if", "export", "page", "examples")


def _console() -> Console:
    return Console(markup=False, highlight=False)


def _check(
    profile: tuple[str, ...], evidence: str | None, accept: bool, decline: bool, out: Path | None, force: bool
) -> None:
    if len(profile) > 1:
        rule = "one PROFILE; a command's name comes first"
        raise PolariscopeError("PROFILE", rule, " ".join(profile), advice(profile[0], _COMMANDS))
    if evidence is not None and not profile:
        raise PolariscopeError("--evidence", "is evidence for a PROFILE", "none", "name the profile's .toml file")
    if evidence is None and (accept or decline):
        raise PolariscopeError("--accept", "decides on --evidence RUN", "no run", "say --evidence RUN as well")
    if accept and decline:
        raise PolariscopeError("--accept", "either this or --decline", "both", "say one of them")
    if profile and (out is not None or force):
        rule, cure = "is for the questionnaire", "leave PROFILE out, or see polariscope risk export --help"
        raise PolariscopeError("--out" if out is not None else "--force", rule, f"PROFILE {profile[0]}", cure)


def _check_settings(settings: tuple[str, ...]) -> None:
    if not settings:
        raise PolariscopeError("SETTINGS", "at least one property=value", "none", "give one, such as tools=yes")


def _show(profile: SystemProfile, edition: Edition, json: bool, more: Mapping[str, Any] | None = None) -> None:
    found = assess(profile, edition)
    if json:
        print_json({**assessment_json(found), **(more or {})})
    else:
        _console().print(assessment_screen(found))
        _tell_editions([profile], edition)


def _tell_editions(systems: Sequence[SystemProfile], edition: Edition) -> None:
    for note in dict.fromkeys(edition_note(each, edition) for each in systems if each.made_under):
        _console().print(note)
