"""What if some properties of a system were otherwise."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from polariscope.errors import PolariscopeError
from polariscope.risk.bounds import facets_above, stated
from polariscope.risk.edition import BANDS, Edition, Variable
from polariscope.risk.naming import find
from polariscope.risk.profile import Attached, Entry, SystemProfile
from polariscope.risk.reading.levels import read_span
from polariscope.risk.reading.profile_file import edited
from polariscope.risk.spans import Span

_ARGUMENT = "what-if"
_NUMBER = re.compile(r"[0-9]{1,4}")  # longer ones are no level of anything


def what_if(profile: SystemProfile, edition: Edition, settings: Sequence[str]) -> SystemProfile:
    """Set properties in a profile.

    A setting replaces all that is said of its property, with the evidence for it; accepted evidence that would
    not allow the setting counts as declined.

    >>> from polariscope.risk.reading.loading import our_edition
    >>> what_if(SystemProfile("x"), our_edition(), ["cognition=3-5", "tools=yes"]).entries["cognition"].span
    Span(low=3, high=5)

    Args:
        profile: The system; it is not changed.
        edition: Whose properties.
        settings: Such as "metacognition=high", "cognition=3", "cognition=3-5", "tools=yes" or "planning=unknown".

    Returns:
        The profile with the settings; an example of ours is now one edited from it.

    Raises:
        PolariscopeError: A setting is not of that form, names no property or no level of it, stands twice, or puts
            a facet above its axis.
    """
    spans: dict[str, Span] = {}
    for setting in settings:
        name, span = _read(setting, edition)
        if name in spans:
            cure = f"give {name} once"
            raise PolariscopeError(_ARGUMENT, "a property is set once", f"{name} twice", cure)
        spans[name] = span
    whole = {name: variable.whole for name, variable in edition.variables.items()}
    kept = {name: entry for name, entry in profile.entries.items() if name not in spans}
    new = {name: Entry(span) for name, span in spans.items() if span != whole[name]}
    attached = tuple(_reconsidered(each, spans) for each in profile.attached)
    changed = edited(replace(profile, entries={**kept, **new}, attached=attached))
    _check_bounds(changed, spans, edition)
    return changed


def level_of(variable: Variable, text: str, argument: str) -> Span:
    """Understand a level as one types it: "high", "3", "3-5", "low-middle", "yes" or "unknown".

    Args:
        variable: Of which property.
        text: As the user wrote it.
        argument: Where, for refusals.

    Returns:
        The span; the whole where it is unknown.

    Raises:
        PolariscopeError: It is no level of the property.
    """
    return read_span(variable, _parsed(text), argument)


def _read(setting: str, edition: Edition) -> tuple[str, Span]:
    name, equals, value = (part.strip() for part in setting.partition("="))
    if not equals or not value:
        cure = "write metacognition=high, cognition=3-5, tools=yes or planning=unknown"
        raise PolariscopeError(_ARGUMENT, "a setting is a property, =, and a level", setting, cure)
    find("axis, facet or factor", name, edition.variables, _ARGUMENT)
    variable = edition.variables[name]
    return name, level_of(variable, value, f"{_ARGUMENT} {name}")


def _parsed(value: str) -> Any:
    """The value as a profile's file would have it: a number, a word, or a list of lowest and highest."""
    parts = [part.strip() for part in value.split("-")]
    ends = [int(part) if _NUMBER.fullmatch(part) else part for part in parts]
    if not all(parts):
        return value  # a sign, and no range
    return ends if len(ends) > 1 else ends[0]


def _reconsidered(attached: Attached, spans: Mapping[str, Span]) -> Attached:
    span = spans.get(attached.facet)
    if span is None or attached.decision == "declined" or span.low >= attached.at_least:
        return attached
    return replace(attached, decision="declined")


def _check_bounds(profile: SystemProfile, spans: Mapping[str, Span], edition: Edition) -> None:
    said = stated(profile, edition)
    for axis in edition.axes:
        above = [(facet, said[facet.id].low) for facet in facets_above(axis, said, edition)]
        if above:
            raise _above_axis(axis, axis.bands[said[axis.id].high - 1], above, spans)


def _above_axis(
    axis: Variable, roof: int, above: Sequence[tuple[Variable, int]], spans: Mapping[str, Span]
) -> PolariscopeError:
    highest = max(floor for _, floor in above)
    value = ", ".join(f"{facet.id} at least {BANDS[floor - 1]}" for facet, floor in above)
    rule = f"no facet is above its axis, and {axis.id} is at most {BANDS[roof - 1]}"
    if axis.id in spans:
        given = [facet.id for facet, _ in above if facet.id in spans]
        lower = " ".join(f"{facet.id}={BANDS[roof - 1]}" for facet, _ in above)
        cure = f"add {lower}" if not given else f"set {axis.id}={BANDS[highest - 1]} instead, or {lower}"
        return PolariscopeError(_ARGUMENT, rule, value, cure)
    return PolariscopeError(_ARGUMENT, rule, value, f"add {axis.id}={BANDS[highest - 1]}")
