"""The report of a spectrum: one self-contained page, the verdict first."""

from polariscope.crystal.instruments.spectrum.outcome import SpectrumOutcome
from polariscope.crystal.instruments.spectrum.wording import TONES, what
from polariscope.reports import Block, Callout, Page, render_page


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
        sections=(),
        footer=f"Polariscope {told['polariscope']}, run {run.id}. This page runs no script and makes no request.",
    )
    return render_page(page)


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
