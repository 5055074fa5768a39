"""One family on a terminal: how it fails, what its rule asks, whose words that encodes, and where to read on."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from polariscope.risk.conditions import Condition
from polariscope.risk.edition import Edition, Family, Match, Work
from polariscope.risk.telling import wording
from polariscope.risk.telling.wording import plain

_NAMED = {"author": "the post's name for it", "ours": "our name for it; the post's is not public"}
_WORKS = {"post": "named in the post", "ours": "named by us"}
_THRESHOLDS = {"stated": "stated", "ours": "threshold ours"}


def family_screen(family: Family, edition: Edition, region: str) -> RenderableType:
    """Compose all that an edition says of a family.

    Args:
        family: Which.
        edition: Its edition.
        region: Where it is possible and certain, in words.

    Returns:
        What `rich` prints: how it fails, then when it opens, then whose words that encodes.
    """
    source = f'{f"Edition {family.by}" if family.by else "The post"}: "{family.interplay}"'
    return Group(
        Text(wording.titled(family), style="bold"),
        Text(_NAMED.get(family.name_by, f"named by edition {plain(family.name_by)}"), style="dim"),
        *_part("How it fails", [family.mechanism]),
        *_conditions("Opens where all of this holds", family.conditions),
        *_conditions("Amplified by, without deciding", family.amplifiers),
        *_part("Its most severe form is raised by, without deciding", _factors(family, edition)),
        *_part("Where among the axes", [region]),
        *_part("What is encoded", [source]),
        *_part("What would mitigate it", [family.takeaway]),
        *_part("What does not fit", family.tensions),
        *_part("Works", [_work(edition.works[name]) for name in family.works]),
        *_part(
            f"Elsewhere (matches {f'of edition {family.by}' if family.by else 'ours'})",
            [_match(each) for each in family.matches],
        ),
        Text(),
        *(Text(line, style="dim") for line in _last(family, edition)),
    )


def _part(title: str, lines: Sequence[str]) -> Iterator[RenderableType]:
    if lines:
        yield Padding(Text(plain(title), style="bold"), (1, 0, 0, 0))
    for line in lines:
        yield Padding(Text(plain(line)), (0, 0, 0, 2))


def _conditions(title: str, conditions: Sequence[Condition]) -> Iterator[RenderableType]:
    if conditions:
        yield Padding(Text(title, style="bold"), (1, 0, 0, 0))
    for each in conditions:
        yield Padding(Text(f"{each.kind}: {plain(each.text)}"), (0, 0, 0, 2))
        yield Padding(Text(_origin(each), style="dim"), (0, 0, 0, 4))


def _origin(condition: Condition) -> str:
    told = _THRESHOLDS.get(condition.threshold, f"threshold of edition {plain(condition.threshold)}")
    encodes = f'encodes "{plain(condition.encodes)}"' if condition.encodes else "encodes no words of the post"
    return f"{encodes}; {told}{f': {plain(condition.reason)}' if condition.reason else ''}"


def _factors(family: Family, edition: Edition) -> list[str]:
    return [edition.variables[name].name for name in family.raised_by]


def _work(work: Work) -> str:
    named = _WORKS.get(work.named_by, f"named by edition {work.named_by}")
    return f"{work.authors} ({work.year}): {work.title}, {work.url} ({named})"


def _match(match: Match) -> str:
    return (
        f"{match.scheme} {match.code} {match.name} "
        f"({match.predicate}, confidence {match.confidence:g}): {match.reason}"
    )


def _last(family: Family, edition: Edition) -> Iterator[str]:
    if family.external == "yes":
        yield wording.STAR
    yield from wording.edition_lines(edition)
