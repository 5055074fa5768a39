"""Conditions: what a rule asks of levels, each with the words it encodes and where its threshold is from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["driver", "deficit", "gap", "switch"]


@dataclass(frozen=True)
class AtLeast:
    """level(variable) >= level.

    Args:
        variable: Id of an axis, a facet or a factor (level 2 is yes).
        level: The lowest level that meets it.
    """

    variable: str
    level: int

    @property
    def variables(self) -> tuple[str, ...]:
        """What it names."""
        return (self.variable,)

    def holds(self, levels: Mapping[str, int], bands: Mapping[str, tuple[int, ...]]) -> bool:
        """Whether it is met.

        Args:
            levels: The level of each variable it names.
            bands: The band of each level, by variable; not used here.

        Returns:
            True or False.
        """
        return levels[self.variable] >= self.level


@dataclass(frozen=True)
class AtMost:
    """level(variable) <= level.

    Args:
        variable: Id of an axis, a facet or a factor (level 1 is no).
        level: The highest level that meets it.
    """

    variable: str
    level: int

    @property
    def variables(self) -> tuple[str, ...]:
        """What it names."""
        return (self.variable,)

    def holds(self, levels: Mapping[str, int], bands: Mapping[str, tuple[int, ...]]) -> bool:
        """Whether it is met.

        Args:
            levels: The level of each variable it names.
            bands: The band of each level, by variable; not used here.

        Returns:
            True or False.
        """
        return levels[self.variable] <= self.level


@dataclass(frozen=True)
class Above:
    """band(upper) > band(lower): one outpaces the other. Bands, since scales have different lengths.

    Args:
        upper: Id of an axis or a facet.
        lower: Id of another.
    """

    upper: str
    lower: str

    @property
    def variables(self) -> tuple[str, ...]:
        """What it names."""
        return (self.upper, self.lower)

    def holds(self, levels: Mapping[str, int], bands: Mapping[str, tuple[int, ...]]) -> bool:
        """Whether it is met.

        Args:
            levels: The level of each variable it names.
            bands: The band of each level, by variable.

        Returns:
            True or False.
        """
        return bands[self.upper][levels[self.upper] - 1] > bands[self.lower][levels[self.lower] - 1]


Atom = AtLeast | AtMost | Above


@dataclass(frozen=True)
class Condition:
    """One thing that must hold: any one of its atoms.

    Args:
        kind: A driver (at least), a deficit (at most), a gap (one above another) or a switch (a factor).
        atoms: Of which one is enough.
        text: It in words, such as "metacognition at least high".
        encodes: The source's words that it encodes; "" where it has none.
        threshold: Where the threshold is from: "stated", "ours", or the id of a user's edition.
        reason: Why this threshold; "" where it is stated.
    """

    kind: Kind
    atoms: tuple[Atom, ...]
    text: str
    encodes: str
    threshold: str
    reason: str

    @property
    def variables(self) -> tuple[str, ...]:
        """What it names, each once, in order."""
        return tuple(dict.fromkeys(name for atom in self.atoms for name in atom.variables))

    def holds(self, levels: Mapping[str, int], bands: Mapping[str, tuple[int, ...]]) -> bool:
        """Whether it is met.

        Args:
            levels: The level of each variable it names.
            bands: The band of each level, by variable.

        Returns:
            True or False.
        """
        return any(atom.holds(levels, bands) for atom in self.atoms)
