"""A condition's table into levels and words: "metacognition at least high", "tools: yes"."""

from collections.abc import Mapping, Sequence

from polariscope.errors import PolariscopeError
from polariscope.risk.conditions import Above, AtLeast, AtMost, Atom, Condition, Kind
from polariscope.risk.edition import BANDS, Variable
from polariscope.risk.naming import find
from polariscope.risk.reading.condition_schema import Amplifier, Deficit, Driver, Gap, Ground, Plain, Switch

Variables = Mapping[str, Variable]

_YES = 2  # a factor's levels are no, yes


def compose_condition(table: Plain | Amplifier, variables: Variables, source: str) -> Condition:
    """Put a condition together.

    Args:
        table: As written.
        variables: All properties.
        source: Where it stands, for refusals.

    Returns:
        The condition.

    Raises:
        PolariscopeError: It names an unknown property, one of another kind, or a level that the property lacks.
    """
    match table:
        case Driver() | Amplifier():
            atoms = [
                AtLeast(v.id, _level(v, table.at_least, 0, source)) for v in _scales(table.of, variables, source)
            ]
            return _condition("driver", atoms, _phrase(table, variables), table)
        case Deficit():
            most = [
                AtMost(v.id, _level(v, table.at_most, -1, source)) for v in _scales(table.of, variables, source)
            ]
            return _condition("deficit", most, _phrase(table, variables), table)
        case Gap():
            upper, lower = _scales((table.upper, table.lower), variables, source)
            return _condition("gap", [Above(upper.id, lower.id)], _phrase(table, variables), table)
        case Switch():
            on = [AtLeast(name, _YES) for name in _factors(table.of, variables, source)]
            return _condition("switch", on, _phrase(table, variables), table)


def _phrase(table: Plain | Amplifier, variables: Variables) -> str:
    match table:
        case Driver() | Amplifier():
            return f"{_names(table.of, variables)} at least {table.at_least}"
        case Deficit():
            return f"{_names(table.of, variables)} at most {table.at_most}"
        case Gap():
            return f"{_names([table.upper], variables)} above {_names([table.lower], variables)} (by band)"
        case Switch():
            return f"{_names(table.of, variables)}: yes"


def _condition(kind: Kind, atoms: Sequence[Atom], text: str, table: Ground) -> Condition:
    return Condition(kind, tuple(atoms), text, table.encodes, table.threshold, table.reason)


def _names(ids: Sequence[str], variables: Variables) -> str:
    return " or ".join(variables[each].name.lower() for each in ids)


def _scales(ids: Sequence[str], variables: Variables, source: str) -> list[Variable]:
    """The properties that have levels to compare: axes and facets."""
    found = [variables[find("axis, facet or factor", each, variables, source)] for each in ids]
    for each in found:
        if each.kind == "factor":
            cure = f'write kind = "switch", of = "{each.id}", or name it in raised_by'
            raise PolariscopeError(source, "thresholds and gaps are of axes and facets", f"factor {each.id}", cure)
    return found


def _factors(ids: Sequence[str], variables: Variables, source: str) -> list[str]:
    for each in ids:
        found = variables[find("axis, facet or factor", each, variables, source)]
        if found.kind != "factor":
            cure = 'write kind = "driver" with at_least'
            raise PolariscopeError(source, "a switch is a factor", f"{found.kind} {each}", cure)
    return list(ids)


def _level(variable: Variable, level: str | int, end: int, source: str) -> int:
    """A written level as a number; of a band its lowest (end 0) or highest level (end -1)."""
    if isinstance(level, str) and level in BANDS:
        span = variable.band_span(BANDS.index(level) + 1)
        return (span.low, span.high)[end]
    last = len(variable.labels)
    if variable.kind == "facet":
        cure = "write low, middle or high"
        raise PolariscopeError(source, f"facet {variable.id} has the levels {', '.join(BANDS)}", level, cure)
    if isinstance(level, str):
        return last
    if level > last:
        raise PolariscopeError(source, f"{variable.id} has the levels 1 to {last}", level, "lower it")
    return level
