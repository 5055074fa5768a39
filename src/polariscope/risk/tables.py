"""The rules' results as tables, so that a page can look them up and never needs the rules again."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from polariscope.risk.changes import Change
from polariscope.risk.conditions import Condition
from polariscope.risk.edition import Edition, Family
from polariscope.risk.logic import Range, Rule
from polariscope.risk.rules import Verdict, parts_of, verdict_on


def family_table(family: Family, edition: Edition) -> Mapping[str, Any]:
    """Tabulate what the family's rule says of every state of knowledge.

    A property with c threshold cells has c (c + 1) / 2 *classes* of spans, one for each range of cells that a
    span can touch. A row is a class for each property; its index is their mixed radix, the first property most
    significant.

    Args:
        family: Which.
        edition: Whose properties.

    Returns:
        As JSON: ``lookup`` (see `_lookup`), ``rows`` (an index into ``outcomes`` for each row, -1 where there is
        no filling), the distinct ``outcomes`` and the distinct ``changes`` that they name.
    """
    rule = Rule(family.conditions, edition)
    parts = parts_of(rule, edition)
    outcomes: dict[Verdict, int] = {}
    rows = []
    for ranges in _rows(rule):
        known = rule.truth(ranges) is not None
        rows.append(outcomes.setdefault(verdict_on(rule, parts, ranges), len(outcomes)) if known else -1)
    changes: dict[Change, int] = {}
    told = [_outcome(verdict, changes) for verdict in outcomes]
    return {"lookup": _lookup(rule), "rows": rows, "outcomes": told, "changes": [_moves(each) for each in changes]}


def condition_table(condition: Condition, edition: Edition) -> Mapping[str, Any]:
    """Tabulate one condition that decides nothing: an amplifier.

    Args:
        condition: Which.
        edition: Whose properties.

    Returns:
        As JSON: ``lookup`` and ``rows``, a character "y", "n" or "?" for each row.
    """
    rule = Rule([condition], edition)
    return {"lookup": _lookup(rule), "rows": "".join(rule.truth(ranges) or "?" for ranges in _rows(rule))}


def _rows(rule: Rule) -> "product[tuple[Range, ...]]":
    return product(*(_classes(len(cells)) for cells in rule.cells))


def _classes(cells: int) -> list[Range]:
    return [(first, last) for first in range(cells) for last in range(first, cells)]


def _lookup(rule: Rule) -> Mapping[str, Any]:
    """The class of every span: ``classes[v][low - 1][high - low]``."""
    classes = []
    for variable, cells in zip(rule.variables, rule.cells, strict=True):
        index = {touched: number for number, touched in enumerate(_classes(len(cells)))}
        cell_of = [number for number, cell in enumerate(cells) for _ in cell]
        levels = range(len(variable.labels))
        classes.append([[index[cell_of[low], cell_of[high]] for high in levels[low:]] for low in levels])
    return {
        "variables": [variable.id for variable in rule.variables],
        "classes": classes,
        "sizes": [len(_classes(len(cells))) for cells in rule.cells],
    }


def _outcome(verdict: Verdict, changes: dict[Change, int]) -> Mapping[str, Any]:
    def numbered(wanted: tuple[Change, ...]) -> list[int]:
        return [changes.setdefault(each, len(changes)) for each in wanted]

    return {
        "state": verdict.state,
        "conditions": "".join(verdict.truths),
        "decided": list(verdict.decided),
        "toOpen": numbered(verdict.to_open),
        "toClose": numbered(verdict.to_close),
    }


def _moves(change: Change) -> list[Mapping[str, Any]]:
    return [{"variable": m.variable, "span": [m.span.low, m.span.high], "text": m.text} for m in change.moves]
