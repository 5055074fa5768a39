"""What is asked for: a frozen experiment, from the command line, a TOML file, or Python."""

import math
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from polariscope.errors import PolariscopeError
from polariscope.introspection.presets import find_preset
from polariscope.introspection.prompt import Span

Unit = Literal["vector", "raw", "relative"]

CONDITIONS = ("concept", "noise", "mismatched", "opposite", "abstract", "sham")
"""Every condition, in the order of measuring: concept against noise stands first."""


class Localize(BaseModel):
    """One localization experiment; its fields are the options of ``polariscope localize``.

    Args:
        model: The alias smollm2, a Hub id, a folder or a .gguf file.
        revision: A branch, tag or commit of a Hub model.
        dtype: float32, bfloat16 or float16; None: float32 on a CPU, the checkpoint's own elsewhere.
        device: cpu, cuda, mps; None: the accelerator if there is one.
        preset: The protocol.
        layers: Where to inject: an index of a block (an int) or a fraction of the depth (a float), or "all".
            Default: the post's 25 %.
        scales: The dose, in ``unit``. Default: the post's 10.
        unit: "vector": times the vector's own norm (the post's); "raw": the norm of what is added; "relative":
            times the median norm of the residual stream at the injected tokens.
        trials: One vector and one set of sentences each. Default: the post's 100.
        sentences: How many sentences a prompt lists. Default: the post's 5.
        pairs: How many pairs of the file to use, from its beginning; None: all.
        sign: "toward" the concept or "away" from it; None: the preset's.
        span: Which tokens of a sentence are injected.
        seed: Of all draws; trial k is the same however many trials are asked for.
        sentence_file: One sentence a line; None: our own.
        pair_file: Pairs on lines 2k and 2k + 1; None: our own.
        controls: The conditions beside "concept".
        path: "fast", "plain", or "auto": fast where it agrees with plain.
        pack: Trials read together, which fixes how floating-point sums are grouped; None: by device.
        smallest_effect: The smallest effect of interest, as a difference of accuracies.
        level: Confidence of intervals.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = "smollm2"
    revision: str | None = None
    dtype: Literal["float32", "bfloat16", "float16"] | None = None
    device: str | None = None
    preset: str = "godet-2025"
    layers: tuple[int | float, ...] | Literal["all"] = (0.25,)
    scales: tuple[float, ...] = (10.0,)
    unit: Unit = "vector"
    trials: int = 100
    sentences: int = 5
    pairs: int | None = None
    sign: Literal["toward", "away"] | None = None
    span: Span = "sentence"
    seed: int = 0
    sentence_file: Path | None = None
    pair_file: Path | None = None
    controls: tuple[str, ...] = CONDITIONS[1:]
    path: Literal["auto", "fast", "plain"] = "auto"
    pack: int | None = None
    smallest_effect: float = 0.05
    level: float = 0.95

    @field_validator("layers", mode="before")
    @classmethod
    def _read_layers(cls, value: Any) -> Any:
        if value in ("all", ("all",), ["all"]):
            return "all"
        return tuple(_layer(each) for each in value) if isinstance(value, list | tuple) else value

    @property
    def conditions(self) -> tuple[str, ...]:
        """The conditions to measure, in their order."""
        return tuple(name for name in CONDITIONS if name == "concept" or name in self.controls)

    @property
    def chosen_sign(self) -> str:
        """The sign asked for, or the preset's."""
        return self.sign or find_preset(self.preset).sign


def make_experiment(**fields: Any) -> Localize:
    """Check the fields of an experiment and freeze it.

    Args:
        **fields: As `Localize` has them.

    Returns:
        The experiment.

    Raises:
        PolariscopeError: A field is unknown or breaks its rule.

    >>> make_experiment(layers=["0.25", "8"]).layers
    (0.25, 8)
    """
    try:
        experiment = Localize(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0] if first["loc"] else "experiment")
        name = "--" + {"layers": "layer", "scales": "scale"}.get(field, field).replace("_", "-")
        cure = "see polariscope localize --help"
        raise PolariscopeError(name, first["msg"].lower(), first["input"], cure) from None
    _check_numbers(experiment)
    _check_names(experiment)
    return experiment


def read_experiment(path: Path) -> dict[str, Any]:
    """Read an experiment's fields from a TOML file.

    Args:
        path: The file; its keys are the fields of `Localize`.

    Returns:
        The fields, unchecked.

    Raises:
        PolariscopeError: The file cannot be read or is not TOML.
    """
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolariscopeError(
            "--config", "a TOML file that can be read", f"{path}: {error}", "mend it"
        ) from error


def resolve_layer(layer: int | float, blocks: int) -> int:
    """L = clamp(round(f n)) for a fraction f of n blocks; an index stands for itself.

    Args:
        layer: A fraction (float) or an index (int).
        blocks: How many blocks the model has.

    Returns:
        The index of a block.

    Raises:
        PolariscopeError: The block does not exist.

    >>> resolve_layer(0.25, 30), resolve_layer(1.0, 30), resolve_layer(3, 30)
    (8, 29, 3)
    """
    if isinstance(layer, float):
        return min(max(round(layer * blocks), 0), blocks - 1)
    if not 0 <= layer < blocks:
        rule = f"the model has blocks 0 to {blocks - 1}"
        raise PolariscopeError("--layer", rule, layer, "name one, or a fraction such as 0.25")
    return layer


def _layer(value: Any) -> Any:
    """A numeral without a point is an index, with one a fraction; so "1" is block 1 and "1.0" the last."""
    if isinstance(value, bool):
        return str(value)  # no number; pydantic would take it for one
    if not isinstance(value, str):
        return value
    try:
        return int(value) if value.lstrip("+-").isdigit() else float(value)
    except ValueError:
        return value


def _check_numbers(experiment: Localize) -> None:
    layers = () if experiment.layers == "all" else experiment.layers
    for layer in layers:
        if isinstance(layer, float) and not 0 <= layer <= 1:
            raise PolariscopeError("--layer", "a fraction lies in [0, 1]", layer, "give 0.25, or a block's index")
    for scale in experiment.scales:
        if not math.isfinite(scale):
            raise PolariscopeError("--scale", "a finite number", scale, "give a number such as 10")
        if scale < 0:
            raise PolariscopeError("--scale", "not negative", scale, "turn the vector round with --sign away")
    for name, values in (("--layer", experiment.layers), ("--scale", experiment.scales)):
        # Block 1 and the fraction 1.0 are equal numbers and not the same block.
        distinct = {(type(value), value) for value in values}
        if not values or (values != "all" and len(distinct) < len(values)):
            raise PolariscopeError(name, "one value or more, each once", values, "name each once")
    _check_ranges(experiment)


def _check_ranges(experiment: Localize) -> None:
    for name, least in {"trials": 1, "sentences": 2, "seed": 0, "pack": 1, "pairs": 3}.items():
        value = getattr(experiment, name)
        if value is not None and value < least:
            raise PolariscopeError(f"--{name}", f"at least {least}", value, f"give {least} or more")
    for name in ("smallest_effect", "level"):
        value = getattr(experiment, name)
        if not 0 < value < 1:
            raise PolariscopeError(f"--{name.replace('_', '-')}", "between 0 and 1", value, "give 0.05 or 0.95")


def _check_names(experiment: Localize) -> None:
    find_preset(experiment.preset)
    unknown = [name for name in experiment.controls if name not in CONDITIONS[1:]]
    if unknown:
        known = ", ".join(CONDITIONS[1:])
        raise PolariscopeError("--controls", f"some of {known}", unknown[0], "name those to run")
