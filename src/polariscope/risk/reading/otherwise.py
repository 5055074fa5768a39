"""Our texts speak of our edition; where a user's makes it otherwise, that is said beside them."""

from collections.abc import Collection, Sequence

from polariscope.risk.edition import Edition
from polariscope.risk.profile import SystemProfile
from polariscope.risk.reading.loading import our_edition
from polariscope.risk.rules import assess


def otherwise(systems: Sequence[SystemProfile], edition: Edition, families: Collection[str] | None = None) -> str:
    """Say in which states a user's edition differs from ours.

    >>> otherwise([SystemProfile("any")], our_edition())
    ''

    Args:
        systems: Worked examples of ours.
        edition: The edition that is used.
        families: Ids of the families to speak of; default: all that both editions have.

    Returns:
        A sentence that begins with a space, or "" where nothing differs.
    """
    ours = our_edition()
    if edition.digest == ours.digest:
        return ""
    differing = [each for system in systems for each in _differing(system, ours, edition, families)]
    return f" (Written for {ours.id}; under {edition.id}: {'; '.join(differing)}.)" if differing else ""


def reworked(families: Collection[str], edition: Edition) -> tuple[str, ...]:
    """Names of the families to which a user's edition gives other conditions than ours.

    Args:
        families: Ids of the families to look at.
        edition: The edition that is used.

    Returns:
        Numbered names, in order.
    """
    ours = our_edition().families
    both = (each for name, each in edition.families.items() if name in families and name in ours)
    return tuple(f"{each.number} {each.name}" for each in both if each.conditions != ours[each.id].conditions)


def _differing(
    system: SystemProfile, ours: Edition, edition: Edition, families: Collection[str] | None
) -> list[str]:
    before = {each.family.id: each.state for each in assess(system, ours).findings}
    return [
        f"{each.family.number} {each.family.name} is {each.state} for {system.name}"
        for each in assess(system, edition).findings
        if (families is None or each.family.id in families)
        and before.get(each.family.id, each.state) != each.state
    ]
