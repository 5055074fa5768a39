"""The smallest changes of a profile that would open or close a family."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from polariscope.risk.bounds import describe, facets_above
from polariscope.risk.edition import Edition, Variable
from polariscope.risk.logic import Range, Rule, Truth
from polariscope.risk.spans import Span


@dataclass(frozen=True)
class Move:
    """One property changed, or found out, to lie in a span.

    Args:
        variable: Its id.
        span: Any of these levels does.
        text: In words, such as "persistence at most middle".
    """

    variable: str
    span: Span
    text: str


@dataclass(frozen=True)
class Change:
    """Moves that together decide a family; without any one of them the others do not.

    Args:
        moves: Which.
        follows: What they contradict otherwise: an axis that rises with its facet, facets that sink with their
            axis. Filled in by `with_follows`.
    """

    moves: tuple[Move, ...]
    follows: tuple[Move, ...] = ()


def smallest_changes(rule: Rule, ranges: tuple[Range, ...], target: Truth) -> tuple[Change, ...]:
    """Find each least set of properties that, moved, give a rule the wanted truth whatever stays unknown.

    A set is least when no part of it would do: so for a rule of three met conditions there are three ways to
    close it, of one move each. For each set the nearest move is given, in cells between old and new, and of the
    nearest the widest. What a move contradicts follows it: an axis rises with its facet, a facet sinks with its
    axis.

    Args:
        rule: The family's rule.
        ranges: What is known now.
        target: "y" to open, "n" to close.

    Returns:
        The changes, those of fewest moves first; none where the target holds already.
    """
    if rule.truth(ranges) == target:
        return ()
    found: dict[frozenset[int], Change] = {}
    indexes = range(len(rule.variables))
    for size in range(1, len(indexes) + 1):
        for moved in combinations(indexes, size):
            if any(done <= set(moved) for done in found):
                continue
            best = _nearest(rule, ranges, moved, target)
            if best is not None:
                found[frozenset(moved)] = best
    return tuple(found.values())


def with_follows(change: Change, spans: Mapping[str, Span], edition: Edition) -> Change:
    """Add what must be changed along with a change, so that the profile does not contradict itself.

    Args:
        change: Of a family.
        spans: What is known of every property, settled.
        edition: Whose properties.

    Returns:
        The change, with an axis' least rise above a facet, and facets' least fall below an axis.
    """
    after = {**spans, **{move.variable: move.span for move in change.moves}}
    moved = {move.variable for move in change.moves}
    return replace(
        change, follows=tuple(each for axis in edition.axes for each in _follow(axis, after, moved, edition))
    )


def _follow(axis: Variable, after: Mapping[str, Span], moved: Collection[str], edition: Edition) -> Iterator[Move]:
    above = facets_above(axis, after, edition)
    if axis.id in moved:
        roof = axis.bands[after[axis.id].high - 1]
        yield from (_to(facet, Span(1, roof)) for facet in above)
    elif above:
        need = axis.band_span(max(after[facet.id].low for facet in above)).low
        yield _to(axis, Span(need, axis.whole.high))


def _to(variable: Variable, span: Span) -> Move:
    return Move(variable.id, span, describe(variable, span))


def _nearest(rule: Rule, ranges: tuple[Range, ...], moved: Sequence[int], target: Truth) -> Change | None:
    def cost(cells: tuple[Range, ...]) -> tuple[int, int, tuple[Range, ...]]:
        pairs = list(zip(moved, cells, strict=True))
        far = sum(max(0, new[0] - ranges[i][1], ranges[i][0] - new[1]) for i, new in pairs)
        return far, -sum(new[1] - new[0] for _, new in pairs), cells

    choices = product(*(_candidates(len(rule.cells[index]), ranges[index]) for index in moved))
    reached = [cells for cells in choices if _truth_after(rule, ranges, moved, cells) == target]
    if not reached:
        return None
    best = min(reached, key=cost)
    return Change(tuple(_move(rule, index, cells) for index, cells in zip(moved, best, strict=True)))


def _candidates(cells: int, now: Range) -> Iterator[Range]:
    for first in range(cells):
        for last in range(first, cells):
            if not (first <= now[0] and now[1] <= last):
                yield first, last


def _truth_after(
    rule: Rule, ranges: tuple[Range, ...], moved: Sequence[int], cells: Sequence[Range]
) -> Truth | None:
    after = list(ranges)
    for index, new in zip(moved, cells, strict=True):
        after[index] = new
    settled = rule.give_way(tuple(after), moved)
    return None if settled is None else rule.truth(settled)


def _move(rule: Rule, index: int, cells: Range) -> Move:
    return _to(rule.variables[index], rule.span(index, cells))
