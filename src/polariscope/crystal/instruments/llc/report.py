"""The report of a learning coefficient: one self-contained page, the verdict first."""

from collections.abc import Iterator

from polariscope.crystal.instruments.llc.outcome import LlcOutcome
from polariscope.crystal.instruments.llc.sections.comparisons import (
    calibration_section,
    checkpoints_section,
    layers_section,
    scans_section,
)
from polariscope.crystal.instruments.llc.sections.controls import controls_section
from polariscope.crystal.instruments.llc.sections.estimate import estimate_section
from polariscope.crystal.instruments.llc.sections.method import method_section, provenance_section
from polariscope.crystal.instruments.llc.wording import TONES, what
from polariscope.reports import Block, Callout, Page, Section, render_page


def render_llc(outcome: LlcOutcome) -> str:
    """Write a run's report.

    Args:
        outcome: The run, read.

    Returns:
        One HTML document that makes no request; the same run gives the same bytes.
    """
    run, told = outcome.run, outcome.run.environment
    page = Page(
        title=f"{told['title']}, learning coefficient",
        overline=f"LLC · {what(outcome.summary, told['title'])}",
        headline=outcome.verdict.headline,
        lead=_lead(outcome),
        sections=tuple(_sections(outcome)),
        footer=f"Polariscope {told['polariscope']}, run {run.id}. This page runs no script and makes no request.",
    )
    return render_page(page)


def _sections(outcome: LlcOutcome) -> Iterator[Section]:
    summary = outcome.summary
    parts = (
        estimate_section(summary),
        layers_section(summary),
        checkpoints_section(summary),
        scans_section(summary),
        calibration_section(summary),
        controls_section(summary),
    )
    yield from (part for part in parts if part is not None)
    yield method_section(summary)
    yield provenance_section(outcome.run)


def _lead(outcome: LlcOutcome) -> tuple[Block, ...]:
    run = outcome.run
    blocks: list[Block] = []
    if run.finished < run.total:
        told = f"{run.finished} of {run.total} cells are measured. All numbers below may still change."
        blocks.append(Callout("warning", "Incomplete", "This run is not finished", told))
    for finding in outcome.verdict.findings:
        more = (finding.would_decide,) if finding.would_decide else ()
        tone = TONES[finding.outcome]
        blocks.append(Callout(tone, finding.outcome.capitalize(), finding.asked, finding.sentence, more))
    return tuple(blocks)
