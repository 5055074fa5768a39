"""From a profile to the families: open, closed or undetermined, each with what decided it. Never a total."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from polariscope.risk.bounds import settle
from polariscope.risk.changes import Change, smallest_changes, with_follows
from polariscope.risk.conditions import Condition
from polariscope.risk.edition import Edition, Family
from polariscope.risk.logic import Range, Rule, Truth
from polariscope.risk.profile import SystemProfile
from polariscope.risk.spans import Span

State = Literal["open", "closed", "undetermined"]

_STATES: Mapping[Truth, State] = {"y": "open", "n": "closed", "?": "undetermined"}
_YES = 2


@dataclass(frozen=True)
class Verdict:
    """What a family's rule says of spans.

    Args:
        state: Open where every filling of the unknowns meets all conditions, closed where none does, else
            undetermined.
        truths: One for each condition.
        decided: Indexes of the conditions that decided: all of an open family, those not met of a closed one.
            Of an undetermined family: those unknown. A closed family in which no single condition fails is
            closed by its unknown ones together.
        to_open: Smallest changes that would open it; none where it is open.
        to_close: Smallest changes that would close it; none where it is closed.
    """

    state: State
    truths: tuple[Truth, ...]
    decided: tuple[int, ...]
    to_open: tuple[Change, ...]
    to_close: tuple[Change, ...]


@dataclass(frozen=True)
class Finding:
    """A family, for one system.

    Args:
        family: Which.
        verdict: What its rule says.
        amplifiers: The truth of each of the family's amplifiers; these never decide.
        raised: The truth of each factor that raises its most severe form; these never decide.
    """

    family: Family
    verdict: Verdict
    amplifiers: tuple[Truth, ...]
    raised: tuple[Truth, ...]

    @property
    def state(self) -> State:
        """Open, closed or undetermined."""
        return self.verdict.state

    @property
    def truths(self) -> tuple[Truth, ...]:
        """The truth of each condition."""
        return self.verdict.truths

    @property
    def decided(self) -> tuple[int, ...]:
        """Indexes of the conditions that decided, or of an undetermined family those unknown."""
        return self.verdict.decided

    @property
    def to_open(self) -> tuple[Change, ...]:
        """Smallest changes that would open it."""
        return self.verdict.to_open

    @property
    def to_close(self) -> tuple[Change, ...]:
        """Smallest changes that would close it."""
        return self.verdict.to_close

    @property
    def deciding(self) -> tuple[Condition, ...]:
        """The conditions that decided, or of an undetermined family those unknown."""
        return tuple(self.family.conditions[index] for index in self.verdict.decided)


@dataclass(frozen=True)
class Assessment:
    """A system, read by an edition.

    Args:
        profile: The system.
        edition: The edition.
        spans: What is known of each property, bounds and accepted evidence worked in.
        findings: One for each family, in order of number, which is no rank.
    """

    profile: SystemProfile
    edition: Edition
    spans: Mapping[str, Span]
    findings: tuple[Finding, ...]

    def finding(self, family: str) -> Finding:
        """The finding for one family.

        Args:
            family: Its id.

        Returns:
            The finding.
        """
        return next(each for each in self.findings if each.family.id == family)


def assess(profile: SystemProfile, edition: Edition) -> Assessment:
    """Decide every family for a system.

    Args:
        profile: The system.
        edition: Axes, families and thresholds.

    Returns:
        The findings. There is no total: families differ in kind, and no scale holds them all.

    Raises:
        PolariscopeError: The profile contradicts itself.
    """
    spans = settle(profile, edition)
    return Assessment(
        profile, edition, spans, tuple(_finding(each, spans, edition) for each in edition.families.values())
    )


def _finding(family: Family, spans: Mapping[str, Span], edition: Edition) -> Finding:
    rule = Rule(family.conditions, edition)
    found = verdict_on(rule, parts_of(rule, edition), rule.ranges(spans))
    to_open, to_close = (
        tuple(with_follows(each, spans, edition) for each in changes)
        for changes in (found.to_open, found.to_close)
    )
    verdict = replace(found, to_open=to_open, to_close=to_close)
    amplifiers = tuple(truth_of(each, spans, edition) for each in family.amplifiers)
    return Finding(family, verdict, amplifiers, tuple(_answer(spans[name]) for name in family.raised_by))


def parts_of(rule: Rule, edition: Edition) -> tuple[Rule, ...]:
    """Each condition of a rule as a rule of its own.

    Args:
        rule: A family's.
        edition: Whose properties.

    Returns:
        One for each condition, in order.
    """
    return tuple(Rule([condition], edition) for condition in rule.conditions)


def verdict_on(rule: Rule, parts: tuple[Rule, ...], ranges: tuple[Range, ...]) -> Verdict:
    """Decide a family where its properties lie in ranges of cells.

    Args:
        rule: The family's.
        parts: Its conditions, by `parts_of`.
        ranges: What is known, consistent with the bounds.

    Returns:
        The verdict.
    """
    spans = {each.id: rule.span(index, ranges[index]) for index, each in enumerate(rule.variables)}
    truths = tuple(_certainly(part.truth(part.ranges(spans))) for part in parts)
    state = _STATES[_certainly(rule.truth(ranges))]
    to_open = smallest_changes(rule, ranges, "y")
    to_close = smallest_changes(rule, ranges, "n")
    return Verdict(state, truths, _decided(state, truths), to_open, to_close)


def truth_of(condition: Condition, spans: Mapping[str, Span], edition: Edition) -> Truth:
    """Whether one condition holds.

    Args:
        condition: Which.
        spans: What is known, settled.
        edition: Whose properties.

    Returns:
        "y", "n", or "?" where two fillings disagree.
    """
    rule = Rule([condition], edition)
    return _certainly(rule.truth(rule.ranges(spans)))


def _decided(state: State, truths: tuple[Truth, ...]) -> tuple[int, ...]:
    if state == "open":
        return tuple(range(len(truths)))
    failed = tuple(index for index, truth in enumerate(truths) if truth == "n")
    unknown = tuple(index for index, truth in enumerate(truths) if truth == "?")
    return failed if state == "closed" and failed else unknown


def _certainly(truth: Truth | None) -> Truth:
    if truth is None:
        raise AssertionError("settled spans always have a filling")
    return truth


def _answer(span: Span) -> Truth:
    if not span.known:
        return "?"
    return "y" if span.low == _YES else "n"
