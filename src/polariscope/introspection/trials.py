"""Trials: one vector and one set of sentences each, drawn so that trial k is the same in every run of a seed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from polariscope.errors import PolariscopeError
from polariscope.introspection.experiment import Localize
from polariscope.introspection.materials import Materials, load_materials


@dataclass(frozen=True)
class Trial:
    """One trial.

    Args:
        index: Its number, from 0.
        pair: Index of the pair whose vector is injected.
        sentences: Indices of the sentences, in the order of the prompt.
        mismatched: Indices of two other pairs, whose generic lines, never equal ones, make a natural difference
            without a concept.
    """

    index: int
    pair: int
    sentences: tuple[int, ...]
    mismatched: tuple[int, int]


def draw_trials(materials: Materials, trials: int, sentences: int, seed: int) -> tuple[Trial, ...]:
    """Draw trials.

    As the post does: one pair drawn freely for each trial, and sentences without replacement.

    Args:
        materials: What is drawn from.
        trials: How many.
        sentences: How many sentences each.
        seed: Of the draws.

    Returns:
        The trials; the first k of them are those of a shorter run.

    Raises:
        PolariscopeError: More is asked for than the files hold.
    """
    held, generics = len(materials.sentences), tuple(pair.generic for pair in materials.pairs)
    if sentences > held:
        raise PolariscopeError("--sentences", f"the file holds {held} sentences", sentences, "ask for fewer")
    different = len(set(generics))
    if different < 3:
        rule = "at least 3 pairs whose generic lines differ"
        raise PolariscopeError("--pair-file", rule, different, "write more: controls need others")
    return tuple(_draw(index, generics, held, sentences, seed) for index in range(trials))


def read_and_draw(experiment: Localize) -> tuple[Materials, tuple[Trial, ...]]:
    """Read an experiment's files and draw its trials: the checks that need no model, and no torch.

    Args:
        experiment: What is asked for.

    Returns:
        The lines and the trials.
    """
    materials = load_materials(experiment.sentence_file, experiment.pair_file, experiment.pairs)
    return materials, draw_trials(materials, experiment.trials, experiment.sentences, experiment.seed)


def noise_direction(seed: int, trial: int, width: int) -> NDArray[np.float64]:
    """A direction drawn uniformly from the unit sphere.

    Args:
        seed: The experiment's.
        trial: The trial's number.
        width: Dimensions.

    Returns:
        Shape (width,), norm 1, float64.

    >>> round(float(np.linalg.norm(noise_direction(0, 3, 16))), 12)
    1.0
    """
    draw = standard_normal(seed, trial, width)
    unit: NDArray[np.float64] = draw / np.linalg.norm(draw)
    return unit


def standard_normal(seed: int, trial: int, width: int) -> NDArray[np.float64]:
    """A standard normal draw, shape (width,), of its own for each seed and trial."""
    return np.random.default_rng([seed, 2, trial]).standard_normal(width)


def _draw(index: int, generics: Sequence[str], held: int, sentences: int, seed: int) -> Trial:
    own = np.random.default_rng([seed, 1, index])
    pair = int(own.integers(len(generics)))
    chosen = own.choice(held, sentences, replace=False)
    first, second = own.choice(_others(generics, pair), 2, replace=False)
    return Trial(index, pair, tuple(map(int, chosen)), (int(first), int(second)))


def _others(generics: Sequence[str], pair: int) -> list[int]:
    # One pair for each other generic line: the difference of two equal lines is nothing, and has no direction.
    firsts = {line: p for p, line in reversed(list(enumerate(generics)))}
    return sorted(p for line, p in firsts.items() if line != generics[pair])
