"""The report of a spectrum: one self-contained page, the verdict first."""

from collections.abc import Iterator

from polariscope.crystal.instruments.spectrum.outcome import SpectrumOutcome
from polariscope.crystal.instruments.spectrum.sections.graph import graph_section
from polariscope.crystal.instruments.spectrum.sections.lattice import lattice_section
from polariscope.crystal.instruments.spectrum.sections.loss import directions_section, laplacian_section
from polariscope.crystal.instruments.spectrum.sections.method import method_section, provenance_section
from polariscope.crystal.instruments.spectrum.sections.path import path_section
from polariscope.crystal.instruments.spectrum.sections.values import values_section
from polariscope.crystal.instruments.spectrum.sections.whole import whole_section
from polariscope.crystal.instruments.spectrum.wording import TONES, what
from polariscope.reports import Block, Callout, Page, Section, render_page


def render_spectrum(outcome: SpectrumOutcome) -> str:
    """Write a run's report.

    Args:
        outcome: The run, read.

    Returns:
        One HTML document that makes no request; the same run gives the same bytes.
    """
    run, told = outcome.run, outcome.run.environment
    page = Page(
        title=f"{told['title']}, spectrum",
        overline=f"Spectrum · {what(outcome.summary, told['matrix'], told['title'])}",
        headline=outcome.verdict.headline,
        lead=_lead(outcome),
        sections=tuple(_sections(outcome)),
        footer=f"Polariscope {told['polariscope']}, run {run.id}. This page runs no script and makes no request.",
    )
    return render_page(page)


def _sections(outcome: SpectrumOutcome) -> Iterator[Section]:
    summary = outcome.summary
    parts = (
        path_section(summary),
        graph_section(summary),
        lattice_section(summary),
        values_section(summary),
        whole_section(summary),
        directions_section(summary),
        laplacian_section(summary),
    )
    yield from (part for part in parts if part is not None)
    yield method_section(summary)
    yield provenance_section(outcome.run)


def _lead(outcome: SpectrumOutcome) -> tuple[Block, ...]:
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
