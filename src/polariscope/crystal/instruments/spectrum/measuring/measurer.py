"""From a cell to its readings: which kind is asked for, and of what."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from polariscope.crystal.instruments.spectrum.measuring.anything import (
    check_reading,
    density_readings,
    end_readings,
    exact_reading,
)
from polariscope.crystal.instruments.spectrum.measuring.graphs import graph_readings, rewired_reading
from polariscope.crystal.instruments.spectrum.measuring.lattices import lattice_readings, translations
from polariscope.crystal.instruments.spectrum.measuring.paths import path_readings
from polariscope.crystal.instruments.spectrum.subject import Subject
from polariscope.crystal.spectra.krylov.extremes import Eigenpairs, extreme_eigenpairs
from polariscope.runs import Cell, Reading


class Measurer:
    """Measures a subject's cells.

    Args:
        subject: What is examined; it is not changed.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._ends: dict[tuple[Any, ...], Eigenpairs] = {}
        self._kinds: dict[str, Callable[[Mapping[str, Any]], Iterable[Reading]]] = {
            "check": self._check,
            "end": self._end,
            "density": self._density,
            "exact": lambda _: [exact_reading(subject.operator)],
            "lattice": lambda _: lattice_readings(subject.source),
            "graph": lambda asked: graph_readings(subject.source, asked["seed"]),
            "rewired": lambda asked: [rewired_reading(subject.source, asked["draws"], asked["seed"])],
            "loss": self._loss,
            "track": self._track,
            "relabelled": self._relabelled,
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

    def _check(self, asked: Mapping[str, Any]) -> Iterator[Reading]:
        subject, seed = self._subject, asked["seed"]
        own: dict[str, Any] = {}
        if subject.family == "lattice":
            own = translations(subject.source.lattice)
        if subject.family == "loss":
            from polariscope.crystal.instruments.spectrum.measuring.losses import differences

            own = differences(subject.source, subject.operator, seed)
        if subject.closed_form is not None:
            own |= {"closed_form": list(subject.closed_form)}
        yield check_reading(subject.operator, seed) | own

    def _end(self, asked: Mapping[str, Any]) -> Iterator[Reading]:
        for reading, vector in end_readings(self._pairs(asked["end"], asked["count"], asked)):
            yield reading
            if vector is not None and self._subject.family == "loss":
                from polariscope.crystal.instruments.spectrum.measuring.losses import where_reading

                yield where_reading(self._subject.source, asked["end"], reading["index"], vector)

    def _density(self, asked: Mapping[str, Any]) -> Iterator[Reading]:
        ends = [self._pairs(end, count, asked) for end, count in asked["known"].items()]
        yield from density_readings(self._subject.operator, asked, ends)

    def _pairs(self, end: Any, count: int, asked: Mapping[str, Any]) -> Eigenpairs:
        """The same pairs each time they are asked for; kept, as the density needs those of the ends again."""
        key = (end, count, asked["tolerance"], asked["seed"])
        if key not in self._ends:
            options = {"tolerance": asked["tolerance"], "seed": asked["seed"]}
            self._ends[key] = extreme_eigenpairs(self._subject.operator, count, end=end, **options)
        return self._ends[key]

    def _loss(self, _: Mapping[str, Any]) -> Iterator[Reading]:
        from polariscope.crystal.instruments.spectrum.measuring.losses import loss_reading

        yield loss_reading(self._subject.source)

    def _relabelled(self, asked: Mapping[str, Any]) -> Iterator[Reading]:
        from polariscope.crystal.instruments.spectrum.measuring.losses import relabelled_readings

        yield from relabelled_readings(self._subject.source, self._subject.operator, asked)

    def _track(self, asked: Mapping[str, Any]) -> Iterator[Reading]:
        if self._subject.path is None:
            raise ValueError("only a subject with a path is followed")
        yield from path_readings(self._subject.path, asked["seed"])
