"""From an experiment to its cells: each a few trials under one condition, at one block and one dose."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

from polariscope.introspection.experiment import Localize, resolve_layer
from polariscope.introspection.materials import Materials
from polariscope.introspection.presets import find_preset
from polariscope.introspection.prompt import Frame
from polariscope.introspection.trials import Trial
from polariscope.models import ModelIdentity
from polariscope.runs import Cell, Plan, digest

INSTRUMENT = "localize"

MEASURE_VERSION = 1
"""Raised by hand whenever a reading can come out otherwise; tests/introspection/golden.json notices."""

_SHAM_TRIALS = 4
"""Trials of the sham: it runs on the plain path, through the hooks, and has only to be exact; 20 passes do."""

_PACK = {"cpu": 4}
"""Trials read together. Two cores are full at four, 20 rows: see bench/localize.py --trials."""
_PACK_ACCELERATOR = 16

_FIRST = ("concept", "noise")
_SEPARATE = "separation"


@dataclass(frozen=True, eq=False)
class Design:
    """All that fixes the cells beside the experiment itself.

    Args:
        experiment: What is asked for.
        model: What is asked.
        materials: The lines.
        trials: The trials drawn.
        frame: The text around the sentences.
        shared: Tokens that all prompts share.
        path: "fast" or "plain".
    """

    experiment: Localize
    model: ModelIdentity
    materials: Materials
    trials: tuple[Trial, ...]
    frame: Frame
    shared: int
    path: str

    @property
    def blocks(self) -> tuple[int, ...]:
        """The blocks injected, each once, in the order asked for."""
        if self.experiment.layers == "all":
            return tuple(range(self.model.blocks))
        each = [resolve_layer(layer, self.model.blocks) for layer in self.experiment.layers]
        return tuple(dict.fromkeys(each))

    @property
    def pack(self) -> int:
        """How many trials are read together."""
        default = _PACK.get(self.model.device_class, _PACK_ACCELERATOR)
        return self.experiment.pack or default


def make_plan(design: Design) -> Plan:
    """Lay out the cells: vectors first, then concept against noise, then the other conditions.

    Args:
        design: What fixes them.

    Returns:
        The plan; a cell's packing depends on the experiment only, never on what is already in the ledger.
    """
    chosen = design.experiment.conditions
    phases = [[c for c in chosen if c in _FIRST], [c for c in chosen if c not in _FIRST]]
    cells = [Cell(INSTRUMENT, MEASURE_VERSION, _separation(design, block)) for block in design.blocks]
    for phase in phases:
        for pack in _packs(design):
            for block, scale, name in product(design.blocks, design.experiment.scales, phase):
                if name != "sham":
                    cells.append(_cell(design, pack, block, scale, name))
    if "sham" in chosen:
        for block, scale in product(design.blocks, design.experiment.scales):
            cells += [_cell(design, pack, block, scale, "sham") for pack in _packs(design, _SHAM_TRIALS)]
    told = design.experiment.model_dump(mode="json") | {"frame": asdict(design.frame)}
    return Plan(told, tuple(cells))


def _packs(design: Design, most: int | None = None) -> Iterator[Sequence[Trial]]:
    size, trials = design.pack, design.trials[:most]
    for start in range(0, len(trials), size):
        yield trials[start : start + size]


def _common(design: Design) -> dict[str, Any]:
    model = design.model
    return {
        "weights": model.commit or model.weights_digest,
        "tokenizer": model.tokenizer_digest,
        "template": model.template_digest,
        "architecture": model.architecture,
        "dtype": model.dtype,
        "device_class": model.device_class,
        "path": design.path,
        # All lines are read in one packed pass, so each can move the others' last bits.
        "lines": digest(list(design.materials.lines)),
    }


def _separation(design: Design, block: int) -> dict[str, Any]:
    pairs = [asdict(pair) for pair in design.materials.pairs]
    return _common(design) | {"kind": _SEPARATE, "block": block, "pairs": digest(pairs)}


def _cell(design: Design, pack: Sequence[Trial], block: int, scale: float, condition: str) -> Cell:
    preset, asked = find_preset(design.experiment.preset), design.experiment
    parameters = _common(design) | {
        "kind": "trials",
        "condition": condition,
        "question": "abstract" if condition == "abstract" else "introspection",
        "block": block,
        "scale": scale,
        "unit": asked.unit,
        "sign": asked.chosen_sign,
        "span": asked.span,
        "frame": digest(asdict(design.frame)),
        "doubled_bos": preset.doubled_bos,
        "shared": design.shared,
        "trials": [_told(design.materials, trial, condition) for trial in pack],
    }
    if condition == "noise":
        parameters |= {"seed": asked.seed, "noise": preset.noise}
    if condition == "sham":
        parameters["path"] = "plain"
    return Cell(INSTRUMENT, MEASURE_VERSION, parameters)


def _told(materials: Materials, trial: Trial, condition: str) -> dict[str, Any]:
    pair = materials.pairs[trial.pair]
    told: dict[str, Any] = {
        "index": trial.index,
        "pair": trial.pair,
        "concept": pair.concept,
        "generic": pair.generic,
        "sentences": [materials.sentences[s] for s in trial.sentences],
    }
    if condition == "mismatched":
        told["mismatched"] = [materials.pairs[p].generic for p in trial.mismatched]
    return told
