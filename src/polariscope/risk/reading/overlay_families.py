"""The families of a user's edition: removed, added or redefined, and single thresholds moved."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from polariscope.errors import PolariscopeError
from polariscope.risk.naming import find
from polariscope.risk.reading.composing import Variables, compose_variables
from polariscope.risk.reading.condition_schema import Amplifier, BuildsOn, Deficit, Driver, Plain
from polariscope.risk.reading.edition_schema import FamilyTable, RuleTable
from polariscope.risk.reading.overlay_schema import OverlayFile, ThresholdTable
from polariscope.risk.reading.phrases import compose_condition
from polariscope.risk.reading.sheet import Sheet, by_id

# What a family says besides its conditions; a redefined one tells which of these differ.
_TOLD = (
    "name", "external", "mechanism", "interplay", "takeaway",
    "amplifier", "raised_by", "tensions", "works", "match",
)  # fmt: skip

Families = Mapping[str, FamilyTable]


def lay_families(sheet: Sheet, overlay: OverlayFile, source: str) -> Sheet:
    """Remove, then add and redefine, then move thresholds.

    Args:
        sheet: With the user's properties laid over ours already.
        overlay: The user's edition.
        source: Its file, for refusals.

    Returns:
        New tables, with the changes told after those that there were.

    Raises:
        PolariscopeError: A family, property or condition is not there, or a family is both removed and set.
    """
    variables = compose_variables(sheet, source)
    own = by_id("family", overlay.family, source)
    kept, removed_told = _without(sheet.families, overlay, source)
    families: dict[str, FamilyTable] = {**kept}
    told = [*sheet.changes, *removed_told]
    for name, table in own.items():
        told.append(_told(table, kept.get(name), variables, f"{source}: family {name}"))
        families[name] = _owned(table, kept.get(name), overlay.id)
    _check_once(overlay.threshold, source)
    for number, change in enumerate(overlay.threshold, 1):
        where = f"{source}: threshold no. {number}"
        name = find("family", change.family, families, where)
        families[name], sentences = _moved(families[name], change, variables, overlay.id, where)
        told += sentences
    evidence = tuple(_without_note(rule, overlay.remove) for rule in sheet.evidence)
    return replace(
        sheet, families=families, evidence=evidence, changes=tuple(told), owners=dict.fromkeys(own, overlay.id)
    )


def _without(families: Families, overlay: OverlayFile, source: str) -> tuple[Families, list[str]]:
    set_too = [each.id for each in overlay.family if each.id in overlay.remove]
    if set_too:
        rule, cure = "a family is removed or redefined, not both", "take it out of remove"
        raise PolariscopeError(f"{source}: remove", rule, set_too[0], cure)
    gone = dict.fromkeys(find("family", each, families, f"{source}: remove") for each in overlay.remove)
    kept = {name: table for name, table in families.items() if name not in gone}
    return kept, [f"family {name} is removed" for name in gone]


def _without_note(rule: RuleTable, removed: Sequence[str]) -> RuleTable:
    return rule.model_copy(update={"note_at": "", "note": ""}) if rule.note_at in removed else rule


def _told(table: FamilyTable, base: FamilyTable | None, variables: Variables, where: str) -> str:
    now = _rule_text(table, variables, where)
    if base is None:
        return f"family {table.id} is added: it opens where {now}"
    before = _rule_text(base, variables, where)
    rule = "the same conditions" if now == before else f"opens where {now}, before where {before}"
    other = [name.replace("_", " ") for name in _TOLD if getattr(table, name) != getattr(base, name)]
    return f"family {table.id} is redefined: {rule}" + (f"; other {', '.join(other)}" if other else "")


def _rule_text(table: FamilyTable, variables: Variables, where: str) -> str:
    def text(number: int, each: Plain | BuildsOn) -> str:
        if isinstance(each, BuildsOn):
            return f"all of {each.of} holds"
        return compose_condition(each, variables, f"{where}: condition no. {number}").text

    return " and ".join(text(number, each) for number, each in enumerate(table.condition, 1)) or "nothing is asked"


def _owned(table: FamilyTable, base: FamilyTable | None, edition: str) -> FamilyTable:
    """The family with the user's edition as provenance of all that is not word for word ours."""
    conditions = base.condition if base else ()
    amplifiers = base.amplifier if base else ()
    mine = {"threshold": edition}
    return table.model_copy(
        update={
            "name_by": base.name_by if base and base.name == table.name else edition,
            "condition": tuple(
                each if isinstance(each, BuildsOn) or each in conditions else each.model_copy(update=mine)
                for each in table.condition
            ),
            "amplifier": tuple(
                each if each in amplifiers else each.model_copy(update=mine) for each in table.amplifier
            ),
        }
    )


def _check_once(thresholds: Sequence[ThresholdTable], source: str) -> None:
    seen = set()
    for each in thresholds:
        key = (each.family, each.of, each.at_least is None)
        if key in seen:
            rule, cure = "a threshold is moved once", "remove one of the two"
            raise PolariscopeError(f"{source}: threshold", rule, f"{each.family}: {each.of} twice", cure)
        seen.add(key)


def _moved(
    family: FamilyTable, change: ThresholdTable, variables: Variables, edition: str, where: str
) -> tuple[FamilyTable, list[str]]:
    """The family with the threshold moved where its conditions name the property, else where its amplifiers do."""
    find("axis, facet or factor", change.of, variables, where)
    key, level = ("at_least", change.at_least) if change.at_most is None else ("at_most", change.at_most)
    for field in ("condition", "amplifier"):
        tables, told = [], []
        for each in getattr(family, field):
            if not (change.of in _of(each) and hasattr(each, key)):
                tables.append(each)
                continue
            after = each.model_copy(update={key: level, "threshold": edition, "reason": change.reason})
            compose_condition(after, variables, where)  # refuses a level that the property lacks
            before = compose_condition(each, variables, where).text
            told.append(f"{family.id}: {before} is now {key.replace('_', ' ')} {level} ({change.reason})")
            tables.append(after)
        if told:
            return family.model_copy(update={field: tuple(tables)}), told
    raise _no_threshold(family, change.of, key, where)


def _of(table: Plain | BuildsOn | Amplifier) -> tuple[str, ...]:
    return table.of if isinstance(table, Driver | Deficit | Amplifier) else ()


def _no_threshold(family: FamilyTable, name: str, key: str, where: str) -> PolariscopeError:
    there = [
        f"{each} {'at_most' if isinstance(table, Deficit) else 'at_least'}"
        for table in (*family.condition, *family.amplifier)
        for each in _of(table)
    ]
    cure = f"take one of {', '.join(there)}" if there else "redefine the family"
    return PolariscopeError(where, f"{family.id} has no such threshold", f"{name} {key}", cure)
