"""The part of a report on accuracy: every condition, and the concept against each control."""

from collections.abc import Callable

from polariscope.introspection.condition import ConditionSummary, Gap
from polariscope.introspection.figures import draw_accuracy
from polariscope.introspection.summary import Setting, Sham, Summary
from polariscope.introspection.wording import (
    LABELS,
    interval,
    logits_cell,
    points_cell,
    points_interval,
    share_cell,
)
from polariscope.reports import (
    Block,
    Callout,
    Cell,
    Paragraph,
    Picture,
    Section,
    Table,
    counted,
    number,
    p_value,
    percent,
)

_HOW = {
    "bootstrap": "a bootstrap over vectors with their trials nested",
    "t": "Student’s, over vectors, because there are few",
    "exact": "an exact bound over vectors, because all values are equal",
    "constant": "a point, because all values are equal by design",
    "one cluster": "the bounds, because there is one vector only",
}


def accuracy_section(summary: Summary, setting: Setting, where: str) -> Section:
    """Show the accuracy of every condition: a figure, the essential numbers, and the rest."""
    blocks = (
        Picture((draw_accuracy(summary, setting),), _caption(summary, setting, where)),
        _essential(summary, setting),
        _rest(setting),
        *_sham(setting.sham),
    )
    return Section("accuracy", "Accuracy", blocks)


def gaps_section(setting: Setting) -> Section:
    """Show the concept minus each control, on the same trials."""
    blocks: tuple[Block, ...] = (Paragraph("No control has been measured on these trials."),)
    if setting.gaps:
        blocks = (_gaps(setting.gaps),)
    return Section("gaps", "Concept against each control", blocks)


def _caption(summary: Summary, setting: Setting, where: str) -> str:
    concept, levels = setting.conditions[0], summary.levels
    how = _HOW[concept.accuracy.method.removesuffix(" over trials")]
    return (
        f"Share of answers that name the injected sentence, {where}; {counted(concept.predictions, 'answer')} in "
        f"the concept condition ({counted(concept.trials, 'trial')} × {summary.sentences} positions, "
        f"{counted(concept.accuracy.clusters, 'vector')}). Thick: {percent(levels.shown, 0)} interval ({how}); "
        f"thin: {percent(levels.decisive)}, at which the verdict decides. Dashed: chance. Right: the values."
    )


def _essential(summary: Summary, setting: Setting) -> Table:
    columns = (
        Cell("Condition"), Cell("Accuracy"), Cell("p", "of accuracy"), Cell("Prior-corrected", "accuracy"),
        Cell("Bias-free effect", "logits"), Cell("p", "of the effect"),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(LABELS[found.name], _size(found)),
            share_cell(found.accuracy),
            Cell(p_value(found.p_value)),
            share_cell(found.corrected),
            logits_cell(found.diagonal),
            Cell(p_value(found.diagonal_p)),
        )
        for found in setting.conditions
    )
    caption = (
        f"The essential numbers; chance is {percent(summary.chance)}. In brackets: "
        f"{percent(summary.levels.shown, 0)} intervals, in percent for shares. p: permutation of the injected "
        "position within each trial. Prior-corrected: the clean label logits are subtracted first. Bias-free "
        "effect: the mean diagonal of the doubly centred label logits, zero where the injection does not matter."
    )
    return Table(caption, columns, rows)


def _size(found: ConditionSummary) -> str:
    """Failed answers stand beside the figure that they lower."""
    return counted(found.trials, "trial") + (f", {found.failed:,} failed" if found.failed else "")


def _information(found: ConditionSummary) -> Cell:
    bits = found.information.observed - found.information.null_mean
    return Cell(number(bits, 3, signed=True), f"p {_equals(found.information.p_value)}")


def _relabelling(found: ConditionSummary) -> Cell:
    named = " ".join(str(answer + 1) for answer in found.best_permutation.mapping)
    return Cell(named, f"p {_equals(found.best_permutation.raw.p_value)}")


def _equals(p: float) -> str:
    told = p_value(p)
    return told if told.startswith("<") else f"= {told}"


def _rank(found: ConditionSummary) -> Cell:
    """A failed answer's rank is kept as -1, which is no rank."""
    return Cell(number(found.rank if found.rank >= 1 else float("nan"), 0))


_REST: tuple[tuple[str, str, Callable[[ConditionSummary], Cell]], ...] = (
    ("Answers", "failed ones count as wrong", lambda c: Cell(f"{c.predictions:,}", f"{c.failed:,} failed")),
    ("Accuracy, sampled", "expected", lambda c: share_cell(c.sampled)),
    ("Wilson’s interval", "as if answers were independent", lambda c: Cell(interval(c.wilson))),
    ("Design effect", "clustered over independent variance", lambda c: Cell(number(c.design_effect))),
    ("Mutual information", "bits above its null; p", _information),
    ("Best relabelling", "cross-fitted accuracy", lambda c: share_cell(c.best_permutation.cross_fitted)),
    ("… which one", "answers that stand for 1, 2, …; p", _relabelling),
    ("Answer mass", "probability of all labels", lambda c: Cell(percent(c.mass))),
    ("Top token is a label", "share of answers", lambda c: Cell(percent(c.top_is_label))),
    ("Best label’s rank", "median, 1 is the top", _rank),
    ("Near-ties", "rounding alone could turn", lambda c: Cell(f"{c.near_ties:,}")),
    ("Relative dose", "median, in residual norms", lambda c: Cell(number(c.dose))),
)


def _rest(setting: Setting) -> Table:
    columns = (Cell("Measure"), *(Cell(LABELS[found.name]) for found in setting.conditions))
    rows = tuple(
        (Cell(name, note), *(shown(found) for found in setting.conditions)) for name, note, shown in _REST
    )
    return Table("The other numbers of each condition.", columns, rows)


def _sham(sham: Sham | None) -> tuple[Block, ...]:
    if sham is None:
        return ()
    told = (
        f"Sham: under a dose of zero through the hooks, {sham.bit_equal} of {counted(sham.predictions, 'answer')} "
        f"came out bit for bit as without it; accuracy {percent(sham.accuracy)}."
    )
    if sham.bit_equal == sham.predictions:
        return (Paragraph(told),)
    return (Callout("warning", "Broken", "The sham failed", told),)


def _gaps(gaps: tuple[Gap, ...]) -> Table:
    shown, decisive = gaps[0].raw.interval.level, percent(gaps[0].decisive[0].level)
    columns = (
        Cell("Control"), Cell("Accuracy", "points"), Cell("… decisive", decisive),
        Cell("Prior-corrected", "points"), Cell("… decisive", decisive), Cell("Bias-free effect", "logits"),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(LABELS[gap.control], counted(gap.raw.observations, "trial")),
            points_cell(gap.raw),
            Cell(points_interval(gap.decisive[0])),
            points_cell(gap.corrected),
            Cell(points_interval(gap.decisive[1])),
            logits_cell(gap.diagonal),
        )
        for gap in gaps
    )
    caption = (
        f"Concept vector minus control on the same trials. In brackets: {percent(shown, 0)} intervals; the "
        f"verdict looks at the {decisive} intervals beside them. Points are percentage points."
    )
    return Table(caption, columns, rows)
