"""The parts of a report that show what was found."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

from polariscope.introspection.condition import ConditionSummary, Gap
from polariscope.introspection.figures import draw_accuracy, draw_confusions, draw_separation, draw_sweep
from polariscope.introspection.summary import Setting, Sham, Summary
from polariscope.introspection.verdict import Verdict
from polariscope.introspection.wording import (
    LABELS,
    interval,
    logits_cell,
    points_cell,
    points_interval,
    setting_in_words,
    share_cell,
)
from polariscope.reports import (
    Block,
    Callout,
    Cell,
    Facts,
    Paragraph,
    Picture,
    Section,
    Table,
    counted,
    number,
    p_value,
    percent,
)
from polariscope.runs import Run
from polariscope.statistics import Estimate

_SMALL = 6
"""Positions up to which two confusion matrices can be read side by side on a phone."""

_HOW = {
    "bootstrap": "a bootstrap over vectors with their trials nested",
    "t": "Student’s, over vectors, because there are few",
    "exact": "an exact bound over vectors, because all values are equal",
    "constant": "a point, because all values are equal by design",
    "one cluster": "the bounds, because there is one vector only",
}


def conditions_section(summary: Summary, setting: Setting, where: str) -> Section:
    """Accuracy of every condition: a figure, the essential numbers, and the rest."""
    return Section(
        "accuracy",
        "Accuracy",
        (
            Picture((draw_accuracy(summary, setting),), _accuracy_caption(summary, setting, where)),
            _essential(summary, setting),
            _rest(setting),
            *_sham(setting.sham),
        ),
    )


def gaps_section(setting: Setting) -> Section:
    """Concept minus each control."""
    rows = tuple(_gap_row(gap) for gap in setting.gaps)
    blocks: tuple[Block, ...] = (Paragraph("No control has been measured on these trials."),)
    if rows:
        shown, decisive = setting.gaps[0].raw.interval.level, setting.gaps[0].decisive[0].level
        caption = (
            f"Concept vector minus control on the same trials. In brackets the {percent(shown, 0)} interval; the "
            f"verdict looks at the {percent(decisive)} interval beside it. Points are percentage points."
        )
        columns = (
            Cell("Control"), Cell("Accuracy", "points"), Cell("… decisive", percent(decisive)),
            Cell("Prior-corrected", "points"), Cell("… decisive", percent(decisive)), Cell("Bias-free effect", "logits"),
        )  # fmt: skip
        blocks = (Table(caption, columns, rows),)
    return Section("gaps", "Concept against each control", blocks)


def answers_section(summary: Summary, setting: Setting) -> Section:
    """Which position is answered when which is injected."""
    sizes = {found.predictions for found in setting.conditions}
    size = f"{min(sizes)} answers" if len(sizes) == 1 else f"{min(sizes)} to {max(sizes)} answers"
    caption = (
        "Row: injected position; column: answered position; each row adds up to 100% of its answers. Right answers "
        f"are framed. {size} a matrix. A column that is bright throughout is a preference for a label; a bright "
        "line off the diagonal would be a reading of the position under another name."
    )
    return Section(
        "answers",
        "Answers by position",
        (
            Picture(draw_confusions(summary, setting), caption, small=summary.sentences <= _SMALL),
            _recall(summary, setting),
        ),
    )


def vectors_section(setting: Setting, readings: Sequence[Mapping[str, Any]]) -> Section:
    """Whether the vectors carry their concepts, and how large the dose was."""
    found, doses = setting.separation, _doses(setting, readings)
    if found is None:
        note = "Whether the vectors separate their concepts was not measured, or gave no number."
        return Section("vectors", "The vectors", (Callout("warning", "Limit", "", note), doses))
    ends = found.own.interval
    lines = "held-out lines of its concept" if found.lines == "held-out" else "the other pairs’ concept lines"
    caption = (
        f"One dot a pair: the chance that the vector projects {lines} above generic lines; 0.5 is chance. "
        f"Own vector {number(found.own.value, 3)} [{number(ends.low, 3)}, {number(ends.high, 3)}] "
        f"({percent(ends.level, 0)} interval over {counted(found.own.clusters, 'pair')}), other pairs’ vectors "
        f"{number(found.others, 3)}. What the own vector has above the others is particular to its concept. "
        "Triangles are means."
    )
    return Section(
        "vectors", "The vectors", (Picture((draw_separation(readings, setting.block),), caption), doses)
    )


def sweep_section(summary: Summary, verdicts: Sequence[Verdict], run: Run) -> Section | None:
    """Where several settings were measured: the curves, and the best one said without flattery."""
    if len(summary.settings) < 2:
        return None
    model = run.environment["model"]
    caption = (
        f"Dot: share of right answers; band and whiskers: {percent(summary.levels.shown, 0)} intervals, "
        f"{counted(summary.settings[0].conditions[0].trials, 'trial')} a setting; dashed: chance."
    )
    blocks: list[Block] = [Picture(draw_sweep(summary, run.experiment, model["blocks"]), caption)]
    if summary.sweep is not None:
        best, ends = (
            setting_in_words(summary.settings[summary.sweep.best], run.experiment),
            summary.sweep.best_accuracy,
        )
        blocks.append(
            Paragraph(
                f"Chosen as best on one half of the vectors: {best}. On the other half, which had no part in the "
                f"choice, its accuracy is {percent(ends.value)} {interval(ends.interval)}. The page opens with this "
                "setting; the intervals that decide allow for the number of settings."
            )
        )
    blocks.append(_settings_table(summary, verdicts, run))
    return Section("sweep", "All settings", tuple(blocks))


def _accuracy_caption(summary: Summary, setting: Setting, where: str) -> str:
    concept, levels = setting.conditions[0], summary.levels
    how = _HOW[concept.accuracy.method.removesuffix(" over trials")]
    return (
        f"Share of answers that name the injected sentence, {where}; {counted(concept.predictions, 'answer')} in the "
        f"concept condition ({counted(concept.trials, 'trial')} × {summary.sentences} positions, "
        f"{counted(concept.accuracy.clusters, 'vector')}). Thick: {percent(levels.shown, 0)} interval ({how}); thin: "
        f"{percent(levels.decisive)}, at which the verdict decides. Dashed: chance. Right: the values."
    )


def _essential(summary: Summary, setting: Setting) -> Table:
    columns = (
        Cell("Condition"), Cell("Accuracy"), Cell("p", "of accuracy"), Cell("Prior-corrected", "accuracy"),
        Cell("Bias-free effect", "logits"), Cell("p", "of the effect"),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(LABELS[found.name], counted(found.trials, "trial")),
            share_cell(found.accuracy),
            Cell(p_value(found.p_value)),
            share_cell(found.corrected),
            logits_cell(found.diagonal),
            Cell(p_value(found.diagonal_p)),
        )
        for found in setting.conditions
    )
    caption = (
        f"The essential numbers; chance is {percent(summary.chance)}. In brackets {percent(summary.levels.shown, 0)} "
        "intervals, in percent for shares. Prior-corrected: the clean label logits are subtracted first. Bias-free "
        "effect: the mean diagonal of the doubly centred label logits, zero where the injection does not matter."
    )
    return Table(caption, columns, rows)


_Shown = Callable[[ConditionSummary], Cell]
_REST: tuple[tuple[str, str, _Shown], ...] = (
    ("Answers", "failed ones count as wrong", lambda c: Cell(f"{c.predictions}", f"{c.failed} failed")),
    ("Accuracy, sampled", "expected, with interval", lambda c: share_cell(c.sampled)),
    ("Wilson’s interval", "as if answers were independent", lambda c: Cell(interval(c.wilson))),
    ("Design effect", "clustered over independent variance", lambda c: Cell(number(c.design_effect))),
    ("Mutual information", "bits above its null; p", lambda c: _information(c)),
    ("Best relabelling", "cross-fitted accuracy", lambda c: share_cell(c.best_permutation.cross_fitted)),
    ("… which one", "answers that stand for 1, 2, …; p", lambda c: _relabelling(c)),
    ("Answer mass", "probability of all labels", lambda c: Cell(percent(c.mass))),
    ("Top token is a label", "share of answers", lambda c: Cell(percent(c.top_is_label))),
    ("Best label’s rank", "median, 1 is the top", lambda c: Cell(number(c.rank, 0))),
    ("Near-ties", "rounding alone could turn", lambda c: Cell(f"{c.near_ties}")),
    ("Relative dose", "median, in residual norms", lambda c: Cell(number(c.dose))),
)


def _rest(setting: Setting) -> Table:
    columns = (Cell("Measure"), *(Cell(LABELS[found.name]) for found in setting.conditions))
    rows = tuple(
        (Cell(name, note), *(shown(found) for found in setting.conditions)) for name, note, shown in _REST
    )
    return Table("The other numbers of each condition.", columns, rows)


def _information(found: ConditionSummary) -> Cell:
    bits = found.information.observed - found.information.null_mean
    return Cell(number(bits, 3, signed=True), f"p {_equals(found.information.p_value)}")


def _relabelling(found: ConditionSummary) -> Cell:
    named = " ".join(str(answer + 1) for answer in found.best_permutation.mapping)
    return Cell(named, f"p {_equals(found.best_permutation.raw.p_value)}")


def _equals(p: float) -> str:
    told = p_value(p)
    return told if told.startswith("<") else f"= {told}"


def _sham(sham: Sham | None) -> tuple[Block, ...]:
    if sham is None:
        return ()
    told = (
        f"Sham: under a dose of zero through the hooks, {sham.bit_equal} of {counted(sham.predictions, 'answer')} came "
        f"out bit for bit as without it; accuracy {percent(sham.accuracy)}."
    )
    if sham.bit_equal == sham.predictions:
        return (Paragraph(told),)
    return (Callout("warning", "Broken", "The sham failed", told),)


def _gap_row(gap: Gap) -> tuple[Cell, ...]:
    return (
        Cell(LABELS[gap.control], counted(gap.raw.observations, "trial")),
        points_cell(gap.raw),
        Cell(points_interval(gap.decisive[0])),
        points_cell(gap.corrected),
        Cell(points_interval(gap.decisive[1])),
        logits_cell(gap.diagonal),
    )


def _recall(summary: Summary, setting: Setting) -> Table:
    columns = (Cell("Condition"), *(Cell(f"Position {k + 1}") for k in range(summary.sentences)))
    rows = [
        (Cell(LABELS[found.name], "right when injected"), *(Cell(percent(share)) for share in found.recall))
        for found in setting.conditions
    ]
    rows.append((Cell("No injection", "answered so"), *(Cell(percent(share)) for share in setting.prior.answers)))
    caption = (
        "Share of right answers for each injected position, and how often each position is answered when nothing is "
        f"injected. Chance is {percent(summary.chance)}."
    )
    return Table(caption, columns, tuple(rows))


_DOSES = (
    ("Norm of the vector", "vector_norm"),
    ("Norm of what is added", "dose_raw"),
    ("… per vector’s norm", "dose_vector"),
    ("… per residual norm", "dose_relative"),
)


def _doses(setting: Setting, readings: Sequence[Mapping[str, Any]]) -> Facts:
    here = [
        row
        for row in readings
        if row["kind"] == "prediction"
        and (row["block"], row["scale"], row["condition"]) == (setting.block, setting.scale, "concept")
    ]
    # The residual norm is the median over the injected tokens.
    return Facts(tuple((name, _spread([row[key] for row in here])) for name, key in _DOSES))


def _spread(values: Sequence[float]) -> str:
    known = sorted(value for value in values if value == value)
    if not known:
        return number(float("nan"))
    lost = f"; {len(values) - len(known)} not a number" if len(known) < len(values) else ""
    return f"median {median(known):.3g}, {known[0]:.3g} to {known[-1]:.3g}{lost}"


def _settings_table(summary: Summary, verdicts: Sequence[Verdict], run: Run) -> Table:
    adjusted = summary.sweep.holm if summary.sweep else (float("nan"),) * len(summary.settings)
    rows = tuple(
        _setting_row(setting, verdict, p, run)
        for setting, verdict, p in zip(summary.settings, verdicts, adjusted, strict=True)
    )
    columns = (
        Cell("Setting"), Cell("Accuracy"), Cell("p", "Holm"), Cell("Prior-corrected"),
        Cell("Minus random", "points"), Cell("Verdict"),
    )  # fmt: skip
    caption = (
        f"Every setting, concept condition; p-values are adjusted for {counted(len(summary.settings), 'setting')} after "
        f"Holm. In brackets {percent(summary.levels.shown, 0)} intervals, each for itself."
    )
    return Table(caption, columns, rows)


def _setting_row(setting: Setting, verdict: Verdict, p: float, run: Run) -> tuple[Cell, ...]:
    concept: Estimate = setting.conditions[0].accuracy
    noise = next((gap for gap in setting.gaps if gap.control == "noise"), None)
    return (
        Cell(setting_in_words(setting, run.experiment)),
        share_cell(concept),
        Cell(p_value(p)),
        share_cell(setting.conditions[0].corrected),
        points_cell(noise.raw) if noise else Cell("not run"),
        Cell(verdict.answer),
    )
