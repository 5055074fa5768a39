"""An axis bounds its facets from above; what a profile says of one is worked into the other."""

from collections.abc import Mapping, Sequence

from polariscope.errors import PolariscopeError
from polariscope.risk.edition import BANDS, Edition, Variable
from polariscope.risk.profile import SystemProfile
from polariscope.risk.spans import Span


def settle(profile: SystemProfile, edition: Edition) -> Mapping[str, Span]:
    """Work out what is known of every property: band(facet) <= band(axis), and accepted evidence counts.

    After it every level that is left occurs in some filling of the unknowns, and two facets of one axis may be
    filled independently of each other.

    Args:
        profile: The system.
        edition: Whose properties.

    Returns:
        A span for each property of the edition, by id.

    Raises:
        PolariscopeError: A facet is above its axis, or accepted evidence contradicts the profile.
    """
    spans = stated(profile, edition)
    for axis in edition.axes:
        _bound(spans, axis, edition)
    return spans


def stated(profile: SystemProfile, edition: Edition) -> dict[str, Span]:
    """What a profile and its accepted evidence say, before any bound is worked in.

    Args:
        profile: The system.
        edition: Whose properties.

    Returns:
        A span for each property of the edition, by id.

    Raises:
        PolariscopeError: Accepted evidence contradicts the profile.
    """
    spans = {name: variable.whole for name, variable in edition.variables.items()}
    spans.update({name: entry.span for name, entry in profile.entries.items()})
    _work_in_evidence(spans, profile, edition)
    return spans


def facets_above(axis: Variable, spans: Mapping[str, Span], edition: Edition) -> tuple[Variable, ...]:
    """The facets that cannot be as low as their axis asks: least band(facet) > greatest band(axis).

    Args:
        axis: Which.
        spans: Of the axis and its facets.
        edition: Whose properties.

    Returns:
        Those facets, in order; none where nothing contradicts the axis.
    """
    roof = axis.bands[spans[axis.id].high - 1]
    return tuple(facet for facet in edition.facets(axis.id) if spans[facet.id].low > roof)


def _work_in_evidence(spans: dict[str, Span], profile: SystemProfile, edition: Edition) -> None:
    for each in profile.attached:
        if each.decision != "accepted" or not each.at_least:
            continue
        narrowed = spans[each.facet].meet(Span(each.at_least, len(BANDS)))
        if narrowed is None:
            said = describe(edition.variables[each.facet], spans[each.facet])
            raise PolariscopeError(
                f"evidence {each.run[:12]}",
                f"accepted, it says {each.facet} is at least {BANDS[each.at_least - 1]}",
                said,
                f"decline the evidence, or change {each.facet}",
            )
        spans[each.facet] = narrowed


def _bound(spans: dict[str, Span], axis: Variable, edition: Edition) -> None:
    facets = edition.facets(axis.id)
    if not facets:
        return
    above = facets_above(axis, spans, edition)
    if above:
        raise _contradiction(axis, above, spans)
    roof = axis.bands[spans[axis.id].high - 1]
    need = axis.band_span(max(spans[facet.id].low for facet in facets)).low
    spans[axis.id] = Span(max(need, spans[axis.id].low), spans[axis.id].high)
    for facet in facets:
        spans[facet.id] = Span(spans[facet.id].low, min(roof, spans[facet.id].high))


def _contradiction(axis: Variable, above: Sequence[Variable], spans: Mapping[str, Span]) -> PolariscopeError:
    band = BANDS[axis.bands[spans[axis.id].high - 1] - 1]
    need = axis.band_span(max(spans[facet.id].low for facet in above)).low
    names = ", ".join(facet.id for facet in above)
    return PolariscopeError(
        names,
        f"not above its axis: {describe(axis, spans[axis.id])} allows facets up to {band}",
        ", ".join(describe(facet, spans[facet.id]) for facet in above),
        f"give {axis.id} at least {need}, or {names} at most {band}",
    )


def describe(variable: Variable, span: Span) -> str:
    """A span in words.

    Args:
        variable: Of which property.
        span: The levels.

    Returns:
        Such as "metacognition at most middle", "cognition 3 to 5", "tools: no", "planning unknown".

    >>> planning = Variable("planning", "facet", "Planning", BANDS, (1, 2, 3), "cognition", "")
    >>> [describe(planning, span) for span in (Span(1, 2), Span(2, 2), Span(1, 3))]
    ['planning at most middle', 'planning middle', 'planning unknown']
    """
    name, labels, whole = variable.name.lower(), variable.labels, variable.whole
    if variable.kind == "factor":
        return f"{name}: {labels[span.low - 1] if span.known else 'unknown'}"
    if span == whole:
        return f"{name} unknown"
    if span.known:
        return f"{name} {labels[span.low - 1]}"
    if span.high == whole.high:
        return f"{name} at least {labels[span.low - 1]}"
    if span.low == whole.low:
        return f"{name} at most {labels[span.high - 1]}"
    return f"{name} {labels[span.low - 1]} to {labels[span.high - 1]}"
