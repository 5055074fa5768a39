"""Do the chains agree on a number?"""

from polariscope.crystal.instruments.finding import Finding
from polariscope.crystal.instruments.llc.summary import Estimate, Remark, Summary
from polariscope.crystal.instruments.llc.wording import briefly, figure, numeral
from polariscope.reports import counted

_ASKED = "Do the chains agree on a number?"
WEAKENING = ("cold", "noisy", "fallen", "apart")
"""Doubts with which a number is undecided: of its time, of its minibatches, or above a loss not the lowest."""


def number_finding(summary: Summary) -> Finding:
    """Read the main estimate's remarks.

    Args:
        summary: The run's numbers.

    Returns:
        Ruled out where a reason forbids a number; undecided where chains have not filled their room,
        minibatches add noise, or the loss lies below L* where chains went; else shown. The bounds are those of
        `polariscope.crystal.degeneracy.coefficient`.
    """
    main = summary.main
    if main is None:
        told = "No estimate is measured yet."
        return Finding("number", _ASKED, "undecided", told, told)
    others = _others(summary, main)
    if not main.given:
        told = f"{_sentences(main.reasons)}{others}"
        first = main.reasons[0].sentence
        headline = f"No number: {first[:1].lower()}{first[1:]}"
        return Finding("number", _ASKED, "ruled out", told, headline, cures(main.reasons))
    agreed = f"{_agreed(main)}{others}"
    if main.doubts:
        agreed = f"{agreed} {_sentences(main.doubts)}"
    weak = [doubt for doubt in main.doubts if doubt.code in WEAKENING]
    if weak:
        headline = f"{numeral(main)}, in doubt: {', '.join(map(briefly, weak))}."
        return Finding("number", _ASKED, "undecided", agreed, headline, cures(weak))
    return Finding("number", _ASKED, "shown", agreed, f"{numeral(main)}.")


def cures(found: tuple[Remark, ...] | list[Remark]) -> str:
    """What to try, each cure once.

    >>> cures([Remark("stuck", "", "take a smaller step"), Remark("hot", "", "take a smaller step")])
    'To try: take a smaller step.'

    Args:
        found: The remarks.

    Returns:
        A sentence; "" where none has a cure.
    """
    told = "; ".join(dict.fromkeys(remark.cure for remark in found if remark.cure))
    return f"To try: {told}." if told else ""


def _sentences(found: tuple[Remark, ...]) -> str:
    return " ".join(remark.sentence for remark in found)


def _agreed(main: Estimate) -> str:
    return (
        f"{counted(main.chains, 'chain')} of {counted(main.draws, 'draw')} agree: split R-hat "
        f"{main.rhat:.3f}, {main.ess:,.0f} effective draws of t (L − L*), virial {main.virial:.3f} ± "
        f"{figure(main.virial_error, 1)}."
    )


def _others(summary: Summary, main: Estimate) -> str:
    others = [each for each in summary.estimates if each is not main]
    lost = sum(not each.given for each in others)
    return f" Of the {len(others)} other estimates {lost} {'has' if lost == 1 else 'have'} none." if lost else ""
