"""Two systems, or two versions of one: what opened, what closed, what became known."""

from dataclasses import dataclass

from polariscope.errors import PolariscopeError
from polariscope.risk.rules import Assessment, Finding

Pair = tuple[Finding, Finding]


@dataclass(frozen=True)
class Comparison:
    """The families of two assessments, each pair in one place.

    Args:
        opened: Closed in the first, open in the second.
        closed: Open in the first, closed in the second.
        became_known: Undetermined in the first, decided in the second.
        became_unknown: Decided in the first, undetermined in the second.
        same: As they were.
    """

    opened: tuple[Pair, ...]
    closed: tuple[Pair, ...]
    became_known: tuple[Pair, ...]
    became_unknown: tuple[Pair, ...]
    same: tuple[Pair, ...]


def compare(a: Assessment, b: Assessment) -> Comparison:
    """Sort the families by what differs from a to b.

    Args:
        a: The one before, or on the left.
        b: The one after, or on the right.

    Returns:
        The families in five groups, each in order of number.

    Raises:
        PolariscopeError: The two were read by different editions.
    """
    if a.edition.digest != b.edition.digest:
        rule, cure = "both by one edition", "assess both with the same --edition"
        raise PolariscopeError("edition", rule, f"{a.edition.id} and {b.edition.id}", cure)
    groups: dict[str, list[Pair]] = {name: [] for name in Comparison.__dataclass_fields__}
    for pair in zip(a.findings, b.findings, strict=True):
        groups[_group(*pair)].append(pair)
    return Comparison(**{name: tuple(pairs) for name, pairs in groups.items()})


def _group(before: Finding, after: Finding) -> str:
    if before.state == after.state:
        return "same"
    if before.state == "undetermined":
        return "became_known"
    if after.state == "undetermined":
        return "became_unknown"
    return "opened" if after.state == "open" else "closed"
