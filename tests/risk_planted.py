"""Small editions with arbitrary rules, and what a rule says by trying every filling there is."""

from collections.abc import Iterator, Mapping
from itertools import product

from hypothesis import strategies as st

from polariscope.risk.conditions import Above, AtLeast, AtMost, Condition
from polariscope.risk.edition import BANDS, Edition, Family, Variable
from polariscope.risk.profile import Entry, SystemProfile
from polariscope.risk.spans import Span

AXES = {
    "being": Variable("being", "axis", "Being", tuple("1234"), (1, 2, 2, 3), None, ""),
    "mind": Variable("mind", "axis", "Mind", tuple("123"), (1, 2, 3), None, ""),
}
FACETS = {
    name: Variable(name, "facet", name.title(), BANDS, (1, 2, 3), axis, "")
    for name, axis in {"stay": "being", "self": "being", "plan": "mind"}.items()
}
FACTORS = {"tools": Variable("tools", "factor", "Tools", ("no", "yes"), (), None, "")}
VARIABLES = {**AXES, **FACETS, **FACTORS}
BANDS_OF = {name: variable.bands for name, variable in VARIABLES.items()}


def family(conditions: list[Condition], name: str = "planted", **more: object) -> Family:
    parts: dict[str, object] = {
        "id": name, "number": 1, "name": name, "name_by": "ours", "external": "unknown", "mechanism": "",
        "interplay": "", "takeaway": "", "conditions": tuple(conditions), "amplifiers": (), "raised_by": (),
        "tensions": (), "works": (), "matches": (),
    }  # fmt: skip
    return Family(**{**parts, **more})  # type: ignore[arg-type]


def edition(*families: Family, digest: str = "0" * 16) -> Edition:
    source = {"title": "planted", "url": "https://example.org"}
    return Edition("planted", "Planted", digest, source, (), VARIABLES, {each.id: each for each in families}, {})


def condition(*atoms: AtLeast | AtMost | Above) -> Condition:
    return Condition("driver", atoms, " or ".join(map(str, atoms)), "", "ours", "planted")


def levels(name: str) -> st.SearchStrategy[int]:
    return st.integers(1, len(VARIABLES[name].labels))


atoms = st.one_of(
    st.sampled_from(list(VARIABLES)).flatmap(lambda name: levels(name).map(lambda level: AtLeast(name, level))),
    st.sampled_from(list(VARIABLES)).flatmap(lambda name: levels(name).map(lambda level: AtMost(name, level))),
    st.lists(st.sampled_from([*AXES, *FACETS]), min_size=2, max_size=2, unique=True).map(lambda two: Above(*two)),
)
conditions = st.lists(atoms, min_size=1, max_size=2).map(lambda some: condition(*some))
rules = st.lists(conditions, min_size=1, max_size=3)


@st.composite
def spans(draw: st.DrawFn) -> dict[str, Span]:
    """Some entries, contradictory or not."""
    entries = {}
    for name in draw(st.lists(st.sampled_from(list(VARIABLES)), unique=True)):
        low = draw(levels(name))
        entries[name] = Span(low, draw(st.integers(low, len(VARIABLES[name].labels))))
    return entries


def profile(entries: Mapping[str, Span]) -> SystemProfile:
    return SystemProfile("planted", {name: Entry(span) for name, span in entries.items()})


def fillings(entries: Mapping[str, Span]) -> Iterator[dict[str, int]]:
    """Every consistent filling of every property, by brute force."""
    free = [list(entries.get(name, variable.whole)) for name, variable in VARIABLES.items()]
    for filled in product(*free):
        each = dict(zip(VARIABLES, filled, strict=True))
        if all(each[name] <= BANDS_OF[f.axis or ""][each[f.axis or ""] - 1] for name, f in FACETS.items()):
            yield each


def truth_by_force(rule: list[Condition], entries: Mapping[str, Span]) -> str | None:
    """What `polariscope.risk.logic.Rule.truth` must say."""
    seen = {all(each.holds(filling, BANDS_OF) for each in rule) for filling in fillings(entries)}
    return None if not seen else "?" if len(seen) == 2 else "y" if seen == {True} else "n"
