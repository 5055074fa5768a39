"""Whether an edition's rules can be met, and computed: what no single table can tell."""

from collections.abc import Sequence
from math import prod

from polariscope.errors import PolariscopeError, printable
from polariscope.risk.conditions import Condition
from polariscope.risk.edition import Edition, Family
from polariscope.risk.logic import Rule

# A table of this size takes some seconds to compute; of 20 000 rows it took more than a minute.
_PROPERTIES = 7
_ROWS = 4_000
# A row of seven properties takes 1 to 3 ms, 110 bytes; a page of so many, 6 to 18 s, 1.5 MB. Ours has 312 rows.
_ROWS_OF_ALL = 6_000


def check_edition(edition: Edition, source: str) -> None:
    """Refuse an edition with a rule that cannot be met, or with too many rows to tabulate.

    Args:
        edition: Put together.
        source: Where it is from, for refusals.

    Raises:
        PolariscopeError: Two families have one number; a family has no condition, names more than 7 properties,
            has a table of more than 4 000 rows, or no filling of its properties opens it; or all tables together
            have more than 6 000 rows.
    """
    rows = 0
    numbers: dict[int, str] = {}
    for family in edition.families.values():
        first = numbers.setdefault(family.number, family.id)
        if first != family.id:
            value = f"{family.number} for {first} and {family.id}"
            raise PolariscopeError(source, "each family has a number of its own", value, "take a free number")
        rows += _check_family(family, edition, f"{source}: family {family.id}")
    if rows > _ROWS_OF_ALL:
        cure = "name fewer properties in each family, or fewer families"
        raise PolariscopeError(source, f"its tables have at most {_ROWS_OF_ALL:,} rows", f"{rows:,}", cure)


def table_rows(conditions: Sequence[Condition], edition: Edition) -> int:
    """Rows of the table of some conditions: the product of c (c + 1) / 2 over properties of c threshold cells.

    Args:
        conditions: Of a family, or one amplifier.
        edition: Whose properties.

    Returns:
        The number; nothing is tabulated for it.
    """
    return prod(len(cells) * (len(cells) + 1) // 2 for cells in Rule(conditions, edition).cells)


def _check_family(family: Family, edition: Edition, where: str) -> int:
    """The rows of its tables, each of which is of a size that can be computed."""
    if not family.conditions:
        cure = "add a [[condition]]; a family opens where all of its conditions hold"
        raise PolariscopeError(where, "a family has at least one condition", "none", cure)
    rows = _check_size(family.conditions, edition, where)
    rows += sum(_check_size([each], edition, f"{where}: amplifier") for each in family.amplifiers)
    if not _can_open(family.conditions, edition):
        raise _never(_core(family.conditions, edition), edition, where)
    return rows


def _check_size(conditions: Sequence[Condition], edition: Edition, where: str) -> int:
    named = list(dict.fromkeys(name for each in conditions for name in each.variables))
    if len(named) > _PROPERTIES:
        value = f"{len(named)}: {', '.join(named)}"
        raise PolariscopeError(where, f"names at most {_PROPERTIES} properties", value, "make two families of it")
    rows = table_rows(conditions, edition)
    if rows > _ROWS:
        rule = f"its table has at most {_ROWS:,} rows"
        raise PolariscopeError(where, rule, f"{rows:,}", "name fewer properties, or fewer thresholds of each")
    return rows


def _can_open(conditions: Sequence[Condition], edition: Edition) -> bool:
    rule = Rule(conditions, edition)
    return rule.truth(tuple((0, len(cells) - 1) for cells in rule.cells)) != "n"


def _core(conditions: Sequence[Condition], edition: Edition) -> list[Condition]:
    """Those that already contradict each other: without any one of them the others could be met."""
    core = list(conditions)
    for each in conditions:
        fewer = [other for other in core if other is not each]
        if not _can_open(fewer, edition):
            core = fewer
    return core


def _never(core: Sequence[Condition], edition: Edition, where: str) -> PolariscopeError:
    texts = " and ".join(f"'{printable(each.text)}'" for each in core)
    named = {name for each in core for name in each.variables}
    axes = {name: edition.variables[name].axis for name in sorted(named)}
    roofs = [f"{name} is never above {axis}" for name, axis in axes.items() if axis in named]
    rule = f"{texts} cannot {'all ' if len(core) > 1 else ''}hold" + (
        f", since {', '.join(roofs)}" if roofs else ""
    )
    return PolariscopeError(where, rule, "a family that nothing opens", "change or remove one of these conditions")
