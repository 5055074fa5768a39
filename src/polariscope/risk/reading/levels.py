"""Levels as a user writes them, in a profile's file or on the command line: "middle", 3, [2, 4], "yes"."""

from typing import Any, NoReturn

from polariscope.errors import PolariscopeError
from polariscope.risk.edition import BANDS, Variable
from polariscope.risk.naming import unknown
from polariscope.risk.spans import Span

UNKNOWN = "unknown"
_TOP = "top"
_ENDS = 2  # of a range


def read_span(variable: Variable, value: Any, argument: str) -> Span:
    """Understand what is said of a property; undone by `write_span`.

    >>> planning = Variable("planning", "facet", "Planning", BANDS, (1, 2, 3), "cognition", "")
    >>> read_span(planning, "high", ""), read_span(planning, ["low", "middle"], "")
    (Span(low=3, high=3), Span(low=1, high=2))

    Args:
        variable: Which property.
        value: A band; of an axis also a level's number or "top"; of a factor "yes", "no", True or False; a list of
            the lowest and the highest; or "unknown".
        argument: Where the user wrote it.

    Returns:
        The span; the whole where it is unknown.

    Raises:
        PolariscopeError: It is none of these, out of range, or a range from high to low.
    """
    if isinstance(value, str) and value == UNKNOWN:
        return variable.whole
    if variable.kind == "factor":
        return _answer(variable, value, argument)
    if not isinstance(value, list | tuple):
        return _one(variable, value, argument)
    if len(value) != _ENDS:
        _refuse(variable, value, argument)
    low, high = (_one(variable, each, argument) for each in value)
    if low.low > high.high:
        rule, cure = "a range goes from the lowest to the highest", "swap the two"
        raise PolariscopeError(argument, rule, list(value), cure)
    return Span(low.low, high.high)


def write_span(variable: Variable, span: Span) -> Any:
    """Say a span as a profile's file does; undone by `read_span`.

    >>> write_span(Variable("planning", "facet", "Planning", BANDS, (1, 2, 3), "cognition", ""), Span(2, 3))
    ['middle', 'high']

    Args:
        variable: Of which property.
        span: The levels.

    Returns:
        "unknown", a band or an answer, an axis' level as a number, or a list of lowest and highest.
    """
    if span == variable.whole:
        return UNKNOWN
    if variable.kind == "factor":
        return variable.labels[span.low - 1]
    for number, name in enumerate(BANDS, 1):
        if variable.band_span(number) == span:
            return name
    low, high = (_level(variable, level) for level in (span.low, span.high))
    return low if span.known else [low, high]


def _level(variable: Variable, level: int) -> Any:
    return BANDS[level - 1] if variable.kind == "facet" else level


def _answer(variable: Variable, value: Any, argument: str) -> Span:
    if isinstance(value, bool):
        return Span(1 + value, 1 + value)
    if isinstance(value, str) and value in variable.labels:
        level = variable.labels.index(value) + 1
        return Span(level, level)
    return _refuse(variable, value, argument)


def _one(variable: Variable, value: Any, argument: str) -> Span:
    if isinstance(value, str) and value in BANDS:
        return variable.band_span(BANDS.index(value) + 1)
    last = variable.whole.high
    if variable.kind == "axis" and value == _TOP:
        return Span(last, last)
    if variable.kind == "axis" and type(value) is int and 1 <= value <= last:  # no bool, and no 3.0
        return Span(value, value)
    return _refuse(variable, value, argument)


def _refuse(variable: Variable, value: Any, argument: str) -> NoReturn:
    words = [*variable.labels] if variable.kind != "axis" else [*BANDS, _TOP]
    if isinstance(value, str) and any(character.isalpha() for character in value):
        kind = "answer" if variable.kind == "factor" else "band"
        raise unknown(kind, value, [*words, UNKNOWN], argument)
    numbers = f"a whole number from 1 to {variable.whole.high}, " if variable.kind == "axis" else ""
    rule = f"{variable.kind} {variable.id} is {numbers}{', '.join(words)} or {UNKNOWN}"
    ranged = "" if variable.kind == "factor" else "; a range is a list of its lowest and its highest"
    shown = repr(value) if isinstance(value, str) else value  # "3" is text, and no 3
    raise PolariscopeError(argument, rule, shown, f"write one of these{ranged}")
