"""polariscope risk PROFILE --evidence RUN: what a run says of a system, and what the user decides."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.text import Text

from polariscope.cli.output import print_json
from polariscope.cli.risk_asking import Decision, hear_decision
from polariscope.errors import PolariscopeError
from polariscope.risk.comparison import Comparison, compare
from polariscope.risk.edition import Edition
from polariscope.risk.evidence import Proposal, attach, band_name, check_room, propose
from polariscope.risk.profile import SystemProfile
from polariscope.risk.reading.profile_file import edition_note, read_profile
from polariscope.risk.rules import Assessment, assess
from polariscope.risk.telling.as_json import assessment_json, changes_json
from polariscope.risk.telling.terminal import assessment_screen
from polariscope.risk.telling.terminal_pair import proposal_screen
from polariscope.runs import Claims, Ledger, ledger_path

_OPEN = "left open; nothing was written"


def attach_run(word: str, run: str, decision: Decision | None, edition: Edition, json: bool) -> None:
    """Show what a run says of a system, hear the decision, record both, and show the system again.

    Args:
        word: The profile's file.
        run: The run's id, or its beginning.
        decision: Where the user has said it already; None asks, except with ``json``, which then only proposes.
        edition: Has the rules.
        json: Whether to print JSON and nothing else.

    Raises:
        PolariscopeError: The profile has no room for the run, or accepting it contradicts the profile.
    """
    path = _file(word)
    profile = read_profile(path, edition)
    claims = _claims(run)
    check_room(path, claims.run)
    proposal = propose(claims, edition)
    effect = _effect(profile, proposal, edition)
    if not json:
        _print(proposal_screen(proposal, edition, effect if isinstance(effect, Comparison) else None))
        decision = decision or hear_decision()
    if decision == "accepted" and isinstance(effect, PolariscopeError):
        raise effect
    if decision is not None:
        attach(path, proposal, decision)
    now = assess(read_profile(path, edition), edition)
    if json:
        print_json(_told(proposal, decision, effect, now))
    else:
        _print(_OPEN if decision is None else Group(Text(), assessment_screen(now)))
        if profile.made_under:
            _print(edition_note(profile, edition))


def _file(word: str) -> Path:
    path = Path(word)
    if not path.suffix:
        cure = "write it to a file first: polariscope risk export NAME --format toml --out FILE"
        raise PolariscopeError("PROFILE", "evidence is attached to a profile's .toml file", word, cure)
    return path


def _claims(run: str) -> Claims:
    from polariscope.introspection.outcome import claims, read_outcome  # late: numpy and statistics

    with Ledger.open(ledger_path()) as ledger:
        return claims(read_outcome(ledger, run))


def _effect(profile: SystemProfile, proposal: Proposal, edition: Edition) -> Comparison | PolariscopeError:
    """What accepting would change, or the refusal of a profile that says otherwise."""
    before = assess(profile, edition)
    accepted = replace(profile, attached=(*profile.attached, proposal.decide("accepted")))
    try:
        return compare(before, assess(accepted, edition))
    except PolariscopeError as contradiction:
        return contradiction


def _told(
    proposal: Proposal, decision: Decision | None, effect: Comparison | PolariscopeError, now: Assessment
) -> dict[str, Any]:
    changes = changes_json(effect) if isinstance(effect, Comparison) else None
    return {
        "proposal": asdict(proposal) | {"at_least": band_name(proposal.at_least)},
        "accepting_would_change": changes,
        "contradiction": str(effect) if changes is None else None,
        "decision": decision,
        "assessment": assessment_json(now),
    }


def _print(what: RenderableType) -> None:
    Console(markup=False, highlight=False).print(what)
