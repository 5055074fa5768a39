"""A run as evidence for a property: the tool proposes, the user decides, and the profile records both."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from polariscope.errors import PolariscopeError, printable
from polariscope.risk.edition import BANDS, Edition, EvidenceRule
from polariscope.risk.profile import Attached
from polariscope.risk.reading.toml_file import read_table
from polariscope.risk.telling.toml_text import toml_block
from polariscope.runs import Claims, write_atomic

_LONGEST = 1_000  # characters of a headline or a model's name that a profile keeps


@dataclass(frozen=True)
class Proposal:
    """What a run would say of a profile, before anybody has decided.

    Args:
        run: The run's id.
        instrument: Which instrument's.
        model: What the run examined. Whether it is the profile's system is for the user to say.
        facet: The property that it supports, "" where it supports nothing.
        at_least: The lowest band (1 to 3) that it supports, 0 where it supports nothing.
        sentence: What it says and on what grounds.
        note_at: Id of a family whose reader should know, or "".
        note: What they should know.
        unfinished: A sentence where cells of the run are not finished, else "".
    """

    run: str
    instrument: str
    model: str
    facet: str
    at_least: int
    sentence: str
    note_at: str
    note: str
    unfinished: str

    def decide(self, decision: Literal["accepted", "declined"]) -> Attached:
        """Join the proposal with the user's decision.

        Args:
            decision: What the user says.

        Returns:
            What a profile records of both.
        """
        told = " ".join(part for part in (self.sentence, self.unfinished) if part)
        return Attached(
            run=self.run,
            instrument=self.instrument,
            facet=self.facet,
            at_least=self.at_least,
            sentence=told,
            decision=decision,
            note_at=self.note_at,
            note=self.note,
        )


def propose(claims: Claims, edition: Edition) -> Proposal:
    """Say what a run supports, by the edition's rules: a facet at least at a band, or nothing, and why.

    Args:
        claims: What the run claims.
        edition: Has the rules.

    Returns:
        The proposal; a run for which the edition has no rule supports nothing.
    """
    rule = _rule(claims, edition)
    model = printable(claims.model, _LONGEST)
    grounds = f"({claims.instrument} on {model}: {printable(claims.headline, _LONGEST)})"
    return Proposal(
        run=claims.run,
        instrument=claims.instrument,
        model=model,
        facet=rule.supports,
        at_least=rule.at_least if rule.supports else 0,
        sentence=f"{rule.sentence} {grounds}",
        note_at=rule.note_at,
        note=rule.note,
        unfinished="" if claims.complete else _unfinished(claims),
    )


def attach(path: Path, proposal: Proposal, decision: Literal["accepted", "declined"]) -> Attached:
    """Append the proposal and the decision to a profile's TOML file; every byte that was there stays.

    Args:
        path: The profile's file.
        proposal: What the tool proposed.
        decision: What the user decided.

    Returns:
        What was appended.

    Raises:
        PolariscopeError: `check_room` refuses, or the file's evidence has a form that no block can follow; nothing
            was written then.
    """
    check_room(path, proposal.run)
    decided = proposal.decide(decision)
    content = path.read_bytes()
    whole = content + _block(content, evidence_table(decided))
    if not _readable(whole):
        cure = "write each as a block that begins with [[evidence]]; nothing was changed"
        raise PolariscopeError(str(path), "evidence stands in [[evidence]] blocks", "another form of it", cure)
    write_atomic(path, whole)
    return decided


def check_room(path: Path, run: str) -> None:
    """Refuse a profile to which a run cannot be attached, before anybody is asked to decide.

    Args:
        path: The profile's file.
        run: The run's id.

    Raises:
        PolariscopeError: The file is no TOML file that can be read, or has this run already.
    """
    if path.suffix.lower() != ".toml":
        cure = "write the profile as TOML: polariscope risk export PROFILE --format toml --out FILE"
        raise PolariscopeError(str(path), "evidence is appended to a .toml file", path.suffix or "no suffix", cure)
    kept = read_table(path).get("evidence")
    if any(isinstance(each, dict) and each.get("run") == run for each in (kept if isinstance(kept, list) else ())):
        cure = "remove its [[evidence]] block to decide again; nothing was changed"
        raise PolariscopeError(str(path), "a run is attached once", run, cure)


def evidence_table(attached: Attached) -> dict[str, str]:
    """Write attached evidence with the keys that a profile's file has.

    Args:
        attached: Proposal and decision.

    Returns:
        One ``[[evidence]]`` table.
    """
    return {
        "run": attached.run,
        "instrument": attached.instrument,
        "facet": attached.facet,
        "proposed": band_name(attached.at_least),
        "sentence": attached.sentence,
        "decision": attached.decision,
        "note_at": attached.note_at,
        "note": attached.note,
    }


def band_name(band: int) -> str:
    """Name a band.

    >>> band_name(2), band_name(0)
    ('middle', '')

    Args:
        band: 1 to 3, or 0 for none.

    Returns:
        Its name, "" for none.
    """
    return BANDS[band - 1] if band else ""


def _rule(claims: Claims, edition: Edition) -> EvidenceRule:
    for rule in edition.evidence:
        if (rule.instrument, rule.answer) == (claims.instrument, claims.answer):
            return rule
    asked = f'{claims.instrument} with the answer "{claims.answer}"'
    told = f"It supports nothing: edition {printable(edition.id)} has no rule for {asked}."
    return EvidenceRule(claims.instrument, claims.answer, "", 0, told, "", "")


def _unfinished(claims: Claims) -> str:
    return f"The run is not finished ({claims.finished} of {claims.total} cells): its answer may still change."


def _block(content: bytes, table: Mapping[str, str]) -> bytes:
    begun = b"" if not content or content.endswith(b"\n") else b"\n"
    block = begun + b"\n" + toml_block("evidence", table).encode("utf-8")
    return block.replace(b"\n", b"\r\n") if b"\r\n" in content else block


def _readable(whole: bytes) -> bool:
    """Whether TOML allows a block there: it does not after a list or a table of the same name."""
    try:
        tomllib.loads(whole.decode("utf-8-sig"))
    except tomllib.TOMLDecodeError:
        return False
    return True
