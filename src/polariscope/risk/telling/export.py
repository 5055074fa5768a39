"""An assessment for other programs and readers: JSON, CSV, Markdown, or the profile itself as TOML.

Every one of them names the edition, its digest and what a user's edition changed in ours.
"""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from polariscope.risk.edition import Edition
from polariscope.risk.profile import SystemProfile
from polariscope.risk.reading.profile_file import edition_note, profile_json
from polariscope.risk.rules import Assessment, Finding
from polariscope.risk.telling.as_json import assessment_json
from polariscope.risk.telling.markdown import model_card
from polariscope.risk.telling.toml_text import toml_document
from polariscope.risk.telling.wording import MADE_BY, WORDS, edition_lines, plain
from polariscope.runs import export_csv

Format = Literal["json", "csv", "markdown", "toml"]

_EXAMPLE = f"A worked example of Polariscope: {MADE_BY}."


def export(assessment: Assessment, form: Format) -> str:
    """Write an assessment.

    Args:
        assessment: Of a system.
        form: json: all of it; csv: a row for each family and condition; markdown: for a model card; toml: the
            profile alone, to be read again.

    Returns:
        The text, its last line ended.
    """
    return _WRITERS[form](assessment)


def profile_toml(profile: SystemProfile, edition: Edition) -> str:
    """Write a profile as the file that `read_profile` reads.

    Args:
        profile: The system.
        edition: Whose properties; named in comments.

    Returns:
        TOML.
    """
    note = edition_note(profile, edition)
    lines = (
        *edition_lines(edition),
        *([note] if note else []),
        *([_EXAMPLE] if profile.made_by == "ours" else []),
    )
    head = "".join(f"# {line}\n" for line in lines)
    return f"{head}{toml_document(profile_json(profile, edition))}"


def _as_json(assessment: Assessment) -> str:
    return json.dumps(assessment_json(assessment), allow_nan=False, ensure_ascii=False, indent=2) + "\n"


def _as_csv(assessment: Assessment) -> str:
    stream = io.StringIO(newline="")
    export_csv((row for each in assessment.findings for row in _rows(assessment, each)), stream)
    return stream.getvalue()


def _as_toml(assessment: Assessment) -> str:
    return profile_toml(assessment.profile, assessment.edition)


def _rows(assessment: Assessment, finding: Finding) -> Iterator[dict[str, Any]]:
    family, edition = finding.family, assessment.edition
    for index, condition in enumerate(family.conditions):
        yield {
            "system": plain(assessment.profile.name),
            "number": family.number,
            "family": family.id,
            "name": plain(family.name),
            "external": family.external,
            "state": finding.state,
            "kind": condition.kind,
            "condition": plain(condition.text),
            "holds": WORDS[finding.truths[index]],
            "decided": index in finding.decided,
            "threshold": plain(condition.threshold),
            "encodes": plain(condition.encodes),
            "reason": plain(condition.reason),
            "made_by": plain(assessment.profile.made_by) or "user",
            "edition_note": edition_note(assessment.profile, edition),
            "edition": plain(edition.id),
            "digest": edition.digest,
            "changes": " ".join(map(plain, edition.changes)),
        }


_WRITERS: Mapping[Format, Callable[[Assessment], str]] = {
    "json": _as_json,
    "csv": _as_csv,
    "markdown": model_card,
    "toml": _as_toml,
}
