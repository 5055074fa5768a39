"""The parts of a report that say how the numbers were made, and of what."""

from collections.abc import Mapping, Sequence
from typing import Any

from polariscope.introspection.experiment import Localize
from polariscope.introspection.presets import find_preset
from polariscope.introspection.summary import Setting, Summary
from polariscope.introspection.verdict import Verdict
from polariscope.introspection.wording import LABELS, dose_in_words, how_made, span_in_words
from polariscope.reports import Bullets, Facts, Section, Verbatim, counted, percent
from polariscope.runs import Run

_PROTOCOL = ("layers", "scales", "unit", "trials", "sentences", "pairs", "sign", "span")
"""Options that the published protocol fixes; their defaults are its values."""


def method_section(run: Run, summary: Summary, setting: Setting, verdict: Verdict) -> Section:
    """Say how it is measured, controlled and decided, and which controls were not run."""
    ran = [found.name for found in setting.conditions] + (["sham"] if setting.sham else [])
    controls = tuple(f"{LABELS[name]}: {how_made(name, run.experiment)}" for name in ran)
    return Section(
        "method",
        "Method",
        (
            Bullets(_measured(run, summary, setting), "How it is measured"),
            Bullets(controls, "The conditions"),
            Bullets(_decided(run, summary), "How it is decided"),
            Bullets(verdict.not_run or ("None of those that this version knows.",), "Controls not run"),
        ),
    )


def provenance_section(run: Run, readings: Sequence[Mapping[str, Any]]) -> Section:
    """Say what was measured, with what, and how to do it again."""
    told, model = run.environment, run.environment["model"]
    example = next(row["sentences"] for row in readings if row["kind"] == "prediction")
    return Section(
        "provenance",
        "Provenance",
        (Facts((*_model_facts(model), *_run_facts(run, told))), *_prompts(run.experiment, example)),
    )


def _measured(run: Run, summary: Summary, setting: Setting) -> tuple[str, ...]:
    asked, n = run.experiment, summary.sentences
    return (
        f"A trial draws {n} sentences and one pair of lines, one with a concept and one generic. The vector is "
        f"the difference of their activations at the last token, after block {setting.block} of "
        f"{run.environment['model']['blocks']} (counted from 0).",
        f"The vector, at a dose of {dose_in_words(setting.scale, asked['unit'])}, is added after that block to "
        f"{span_in_words(asked['span'])}: each sentence of a trial in turn, so a trial gives {n} answers.",
        "The answer is the label with the largest logit; the expected accuracy of sampling it stands beside. An "
        f"answer that ignores the injection is right exactly once in {n}: a preference for a label cannot lift "
        "accuracy, it can only hide an effect.",
        "To uncover what it hides: subtract the logits of the same prompt without injection (prior-corrected); "
        "centre the label logits by row and column (bias-free effect); let every answer stand for another "
        "position, chosen on half of the vectors and scored on the other (best relabelling).",
        "Intervals say where the mean would fall for new vectors of the same kind; they come from a bootstrap "
        "that resamples vectors and keeps their trials together. Permutation tests shuffle the injected position "
        "within each trial.",
    )


def _decided(run: Run, summary: Summary) -> tuple[str, ...]:
    smallest, levels = f"{100 * run.experiment['smallest_effect']:g} points", summary.levels
    return (
        "Each question looks at accuracy as answered and prior-corrected (the first also at the best "
        f"relabelling), with intervals at {percent(levels.decisive)} each, so that all of them together, over "
        f"{counted(len(summary.settings), 'setting')}, hold at {percent(levels.shown, 0)}.",
        f"Ruled out: every interval lies wholly below {smallest}, the smallest effect of interest. Otherwise "
        "shown: an interval lies wholly above zero (above chance); against a control only if the bias-free effect "
        "lies above zero too and the prior-corrected gap is not ruled out, since a preference for a label can "
        "hide the control’s answers. Otherwise undecided.",
        "Vectors that do not separate their concepts from generic lines leave every question undecided.",
        "“Yes” needs every question shown, “no” one ruled out.",
    )


def _model_facts(model: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    libraries = ", ".join(f"{name} {version}" for name, version in sorted(model["libraries"].items()))
    found = (
        ("Model", f"{model['source']} ({model['kind']}, {model['architecture']})"),
        ("Weights", model["weights_note"]),
        ("Commit", model["commit"]),
        ("SHA-256 of weights", model["weights_digest"]),
        ("SHA-256 of tokenizer", model["tokenizer_digest"]),
        ("SHA-256 of chat template", model["template_digest"] or "no chat template"),
        ("Size", f"{model['blocks']} blocks, width {model['width']}, {model['vocabulary']:,} tokens"),
        ("Number type, device", f"{model['dtype']} on {model['device_class']}"),
        ("Libraries", libraries),
    )
    return tuple((name, value) for name, value in found if value)


def _run_facts(run: Run, told: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    preset = find_preset(run.experiment["preset"])
    return (
        ("Preset", f"{preset.name}: {preset.note}"),
        ("Deviations", "; ".join((*told["deviations"], *_options(run.experiment))) or "none"),
        ("Sentences", run.experiment["sentence_file"] or "Polariscope’s own, not the post’s"),
        ("Pairs", run.experiment["pair_file"] or "Polariscope’s own, not the post’s"),
        ("Path", told["path_reason"]),
        ("Seed", str(run.experiment["seed"])),
        ("Trials read together", str(told["pack"])),
        ("Software", f"Polariscope {told['polariscope']}, Python {told['python']}, {told['machine']}"),
        ("Command", run.command),
        ("Run", f"{run.id}, {run.finished} of {counted(run.total, 'cell')}, first recorded {run.created_at}"),
    )


def _options(experiment: Mapping[str, Any]) -> list[str]:
    """What was asked for otherwise than the protocol has it."""
    usual = Localize().model_dump(mode="json")
    return [
        f"{name.replace('_', ' ')}: {_listed(experiment[name])} (published: {_listed(usual[name])})"
        for name in _PROTOCOL
        if experiment[name] != usual[name]
    ]


def _listed(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "as usual" if value is None else str(value)


def _prompts(experiment: Mapping[str, Any], sentences: Sequence[str]) -> list[Verbatim]:
    listed = " ".join(f"SENTENCE {number}: {text}" for number, text in enumerate(sentences, 1))
    frame = experiment["frame"]
    conditions = {"introspection": "The prompt, with the first trial’s sentences"}
    if "abstract" in experiment["controls"]:
        conditions["abstract"] = "The prompt of the question “most abstract?”"
    return [
        Verbatim(
            f"{caption}. The model’s answer begins where it ends.",
            frame["before"][question] + listed + frame["after"][question],
        )
        for question, caption in conditions.items()
    ]
