"""Systems to be shown and exported: plain, unknown, hostile, and read by an edition of somebody's own."""

from collections import Counter
from dataclasses import replace
from io import StringIO

from rich.console import Console, RenderableType

from polariscope.risk.edition import Edition
from polariscope.risk.profile import Attached, Entry, SystemProfile
from polariscope.risk.reading.examples import worked_examples
from polariscope.risk.reading.loading import load_edition
from polariscope.risk.rules import Assessment, assess
from polariscope.risk.spans import Span

EDITION = load_edition()
HOSTILE = "</td><script>alert(1)</script> [x](javascript:y) *b* `c` | \x1b[2J\u202egnp.exe\n# head\n=1+1"
RUN = Attached(
    "0123456789abcdef", "localize", "", 0, "It supports nothing.", "declined", "deceptive-alignment", "Not mine."
)
NOTED = replace(RUN, run="feed", decision="accepted", note="Steering-aware.")
MINE = replace(EDITION, id="polariscope-1 + mine", digest="feedfeedfeedfeed", changes=("One threshold is moved.",))


def hostile_edition() -> Edition:
    """An edition whose every family is called by an attack."""
    families = {name: replace(each, name=HOSTILE) for name, each in EDITION.families.items()}
    return replace(EDITION, id=HOSTILE, changes=(HOSTILE,), families=families)


def assessments() -> dict[str, Assessment]:
    examples = {each.name: assess(each, EDITION) for each in worked_examples(EDITION)}
    entries = {"cognition": Entry(Span(3, 5), (HOSTILE,)), "tools": Entry(Span(2, 2), ("https://a.example/b_c",))}
    hostile = SystemProfile(HOSTILE, entries, HOSTILE, (replace(RUN, sentence=HOSTILE, run=HOSTILE),))
    return examples | {
        "unknown": assess(SystemProfile("unknown"), EDITION),
        "with runs": assess(SystemProfile("with runs", attached=(RUN, NOTED)), EDITION),
        "hostile": assess(hostile, hostile_edition()),
        "another edition": assess(SystemProfile("other"), MINE),
    }


SHOWN = assessments()


def printed(screen: RenderableType, width: int = 80, colour: bool = False) -> str:
    file = StringIO()
    system = "truecolor" if colour else None
    Console(file=file, width=width, color_system=system, force_terminal=colour, markup=False).print(screen)
    return file.getvalue()


def characters(text: str) -> Counter[str]:
    """What is on a screen, wherever it stands."""
    return Counter("".join(text.split()))
