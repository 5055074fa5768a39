"""The report of a localization run: one self-contained page, the verdict first."""

from collections.abc import Mapping, Sequence
from typing import Any

from polariscope.introspection.report_accuracy import accuracy_section, gaps_section
from polariscope.introspection.report_answers import answers_section, vectors_section
from polariscope.introspection.report_method import method_section, provenance_section
from polariscope.introspection.report_sweep import sweep_section
from polariscope.introspection.summary import Setting, Summary
from polariscope.introspection.verdict import Finding, Verdict
from polariscope.introspection.wording import TONES, leading, setting_in_words, would_decide
from polariscope.reports import Block, Callout, Page, Paragraph, counted, render_page
from polariscope.runs import Run


def render_report(
    run: Run, summary: Summary, verdicts: Sequence[Verdict], readings: Sequence[Mapping[str, Any]]
) -> str:
    """Write a run's report.

    Args:
        run: The run as the ledger records it.
        summary: Its numbers.
        verdicts: One for each setting of the summary, in its order.
        readings: The readings that the summary was made from.

    Returns:
        One HTML document that makes no request; the same arguments give the same bytes.
    """
    first = leading(summary)
    setting, verdict = summary.settings[first], verdicts[first]
    where = setting_in_words(setting, run.experiment)
    sections = [
        accuracy_section(summary, setting, where),
        gaps_section(setting),
        answers_section(summary, setting),
        vectors_section(setting, readings),
        sweep_section(summary, verdicts, run),
        method_section(run, summary, setting, verdict),
        provenance_section(run, readings),
    ]
    model = run.environment["model"]
    named = f"{model['source']}, {model['weights_note']}"
    page = Page(
        title=f"{verdict.answer}: {model['source']}, localization",
        overline=f"Introspection by localization · {named} · {where}",
        headline=verdict.headline,
        lead=_lead(run, summary, setting, verdict),
        sections=tuple(section for section in sections if section is not None),
        footer=f"Polariscope {run.environment['polariscope']}, run {run.id}. "
        "This page runs no script and makes no request.",
    )
    return render_page(page)


def _lead(run: Run, summary: Summary, setting: Setting, verdict: Verdict) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if run.finished < run.total:
        blocks.append(_incomplete(run))
    blocks.append(Paragraph(_asked(run, summary, setting)))
    blocks += [_finding(finding) for finding in verdict.findings]
    blocks += [Callout("warning", "Limit", "", caveat) for caveat in verdict.caveats]
    if verdict.not_run:
        blocks.append(Paragraph(_open_to(len(verdict.not_run))))
    return tuple(blocks)


def _open_to(not_run: int) -> str:
    return (
        f"{counted(not_run, 'kind')} of control {'was' if not_run == 1 else 'were'} not run; the method section "
        "names them. No claim here reaches beyond the controls that were."
    )


def _incomplete(run: Run) -> Callout:
    told = f"{run.finished} of {counted(run.total, 'cell')} are measured. All numbers below may still change."
    return Callout("warning", "Incomplete", "This run is not finished", told, (f"Continue with: {run.command}",))


def _asked(run: Run, summary: Summary, setting: Setting) -> str:
    n, trials = summary.sentences, counted(setting.conditions[0].trials, "trial")
    return (
        f"A vector is added to the activations of one of {n} sentences in the prompt, and the model is asked in "
        f"which. {trials} of {n} positions each; chance is one in {n}. "
        f"Smallest effect of interest: {100 * run.experiment['smallest_effect']:g} points."
    )


def _finding(finding: Finding) -> Callout:
    more = would_decide(finding.trials_needed, finding.vectors_needed)
    tone = TONES[finding.outcome]
    return Callout(tone, finding.outcome.capitalize(), finding.asked, finding.sentence, (more,) if more else ())
