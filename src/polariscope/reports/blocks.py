"""What a page is made of: a few kinds of block, plain data, drawn by one template.

All text is data, also foreign text: the template escapes it. Only a figure's SVG is taken as it is.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

Tone = Literal["good", "bad", "open", "absent", "warning"]

SYMBOLS: dict[Tone, str] = {"good": "✓", "bad": "✗", "open": "?", "absent": "–", "warning": "!"}
"""A sign for each tone, so that colour is never the only carrier."""


@dataclass(frozen=True)
class Paragraph:
    """Running text.

    Args:
        text: One paragraph.
    """

    kind: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True)
class Bullets:
    """A list.

    Args:
        items: Its items, a sentence or a phrase each.
        heading: A heading over it; none where empty.
        ordered: Whether the items are numbered.
    """

    kind: ClassVar[str] = "bullets"
    items: tuple[str, ...]
    heading: str = ""
    ordered: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Args:
        text: What it says.
        note: A second, smaller line, such as an interval.
    """

    text: str
    note: str = ""


@dataclass(frozen=True)
class Table:
    """A table; the first cell of a row is its header.

    Args:
        caption: What it shows, with sample sizes and what an interval is.
        columns: Headers, the first that of the row headers.
        rows: As many cells each as there are columns.
    """

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Picture:
    """A figure of one drawing or several, arranged by the width of the page.

    Args:
        svgs: ``<svg>`` elements of this package; they are not escaped.
        caption: What is drawn, with units, sample sizes, and what a whisker is.
        small: Whether two of the drawings can stand side by side on a phone.
    """

    kind: ClassVar[str] = "picture"
    svgs: tuple[str, ...]
    caption: str
    small: bool = False


@dataclass(frozen=True)
class Callout:
    """A finding or a warning that is to be seen.

    Args:
        tone: Which colour and sign.
        word: The outcome in a word or two.
        title: The question, or what is warned of; none where empty.
        text: The answer.
        notes: What else belongs to it, a sentence each.
    """

    kind: ClassVar[str] = "callout"
    tone: Tone
    word: str
    title: str
    text: str
    notes: tuple[str, ...] = ()

    @property
    def symbol(self) -> str:
        """The sign of its tone."""
        return SYMBOLS[self.tone]


@dataclass(frozen=True)
class Facts:
    """Terms and what they are.

    Args:
        items: Pairs of a term and its description.
    """

    kind: ClassVar[str] = "facts"
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Verbatim:
    """A text shown letter by letter, with its line breaks.

    Args:
        caption: What it is.
        text: The text.
    """

    kind: ClassVar[str] = "verbatim"
    caption: str
    text: str


Block = Paragraph | Bullets | Table | Picture | Callout | Facts | Verbatim


@dataclass(frozen=True)
class Section:
    """A part of a page under a heading.

    Args:
        anchor: Its name in links within the page: letters, digits and hyphens.
        title: The heading.
        blocks: What stands in it.
    """

    anchor: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Page:
    """A page.

    Args:
        title: Its name in a browser's tab.
        overline: What it is about, above the first line.
        headline: The first line: what it all amounts to.
        lead: What stands before the first section.
        sections: The rest.
        footer: The last line.
    """

    title: str
    overline: str
    headline: str
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]
    footer: str
