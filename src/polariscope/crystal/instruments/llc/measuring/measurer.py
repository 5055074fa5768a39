"""From a cell to its readings: which kind is asked for, and of what."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from polariscope.crystal.degeneracy.entries import layers
from polariscope.crystal.degeneracy.local_loss import LocalLoss
from polariscope.crystal.degeneracy.settings import Settings
from polariscope.crystal.instruments.llc.measuring.calibrations import calibration_readings
from polariscope.crystal.instruments.llc.measuring.controls import control_reading, known_reading
from polariscope.crystal.instruments.llc.measuring.estimates import Sampled, estimate_readings
from polariscope.crystal.instruments.llc.measuring.scans import temperature_readings
from polariscope.crystal.instruments.llc.measuring.starts import start_reading
from polariscope.crystal.instruments.llc.planning import WHOLE
from polariscope.crystal.instruments.llc.subject import Subject
from polariscope.runs import Cell, Reading


class Measurer:
    """Measures a subject's cells.

    Args:
        subject: What is examined; it is not changed.
        say: Is told how far a cell has come.
    """

    def __init__(self, subject: Subject, say: Callable[[str], None] = lambda _: None) -> None:
        self._subject, self._say = subject, say
        self._points = {point.name: point for point in subject.points}
        self._locals: dict[tuple[Any, ...], LocalLoss] = {}
        self._kinds: dict[str, Callable[[Mapping[str, Any]], Iterable[Reading]]] = {
            "start": self._start,
            "known": self._known,
            "control": lambda asked: [control_reading(asked, self._drawing("control", asked))],
            "estimate": self._estimate,
            "temperatures": self._temperatures,
            "calibration": self._calibration,
        }

    def __call__(self, cell: Cell) -> list[Reading]:
        """Measure one cell.

        Args:
            cell: Of this subject's plan.

        Returns:
            Its readings.
        """
        asked = cell.parameters
        return list(self._kinds[str(asked["kind"])](asked))

    def _start(self, asked: Mapping[str, Any]) -> Iterator[Reading]:
        self._say(f"slope and curvature of {_place(asked)}")
        yield start_reading(self._local(asked), asked)

    def _known(self, asked: Mapping[str, Any]) -> Iterator[Reading]:
        if self._subject.known is None:
            raise ValueError("only a subject with a closed form has a known value")
        yield known_reading(self._subject.known, asked)

    def _estimate(self, asked: Mapping[str, Any]) -> Iterator[Reading]:
        local, settings = self._local(asked), Settings(**asked["settings"])
        start = local.start(seed=settings.seed)
        chains = local.sample(settings, start, self._drawing(_place(asked), asked))
        sampled = Sampled(local, start, chains, settings.scale(local.examples), settings)
        yield from estimate_readings(sampled, asked)

    def _temperatures(self, asked: Mapping[str, Any]) -> Iterator[Reading]:
        known = None if asked["formula"] is None else self._subject.known
        yield from temperature_readings(self._local(asked), asked, known, self._drawing("temperatures", asked))

    def _calibration(self, asked: Mapping[str, Any]) -> Iterator[Reading]:
        yield from calibration_readings(self._local(asked), asked, self._drawing("calibration", asked))

    def _local(self, asked: Mapping[str, Any]) -> LocalLoss:
        """The loss around a point, matched or not, of which one part moves; kept, with its curvature."""
        target, part = asked["target"], asked["part"]
        key = (asked["point"], target, part)
        if key not in self._locals:
            if part != WHOLE:
                self._locals[key] = _among(self._local({**asked, "part": WHOLE}), part)
            else:
                point = self._points[asked["point"]]
                self._locals[key] = point.local if target is None else point.opened(target)
        return self._locals[key]

    def _drawing(self, what: str, asked: Mapping[str, Any]) -> Callable[[int], None]:
        settings = asked["settings"]
        total = settings["draws"] + settings["burn_in"]
        return lambda done: self._say(f"{what}: draw {done:,} of {total:,}")


def _place(asked: Mapping[str, Any]) -> str:
    matched = ", matched" if asked["target"] is not None else ""
    return f"{asked['part']}, {asked['point']}{matched}"


def _among(whole: LocalLoss, layer: str) -> LocalLoss:
    own, moving = whole.surface.parameter_slices, np.zeros_like(whole.moving)
    for name in layers(own)[layer]:
        moving[own[name]] = whole.moving[own[name]]
    return LocalLoss(whole.surface, moving, whole.logit_scale, whole.memory)
