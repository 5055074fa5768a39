"""Figures and self-contained pages, for every instrument alike: nothing here knows what was measured."""

from polariscope.reports.blocks import (
    SYMBOLS,
    Block,
    Bullets,
    Callout,
    Cell,
    Facts,
    Page,
    Paragraph,
    Picture,
    Section,
    Table,
    Tone,
    Verbatim,
)
from polariscope.reports.confusions import confusions
from polariscope.reports.curves import Series, curve
from polariscope.reports.intervals import Mark, Row, intervals
from polariscope.reports.page import render_page
from polariscope.reports.strips import Strip, strips
from polariscope.reports.text import counted, number, p_value, percent, points, visible

__all__ = [
    "SYMBOLS",
    "Block",
    "Bullets",
    "Callout",
    "Cell",
    "Facts",
    "Mark",
    "Page",
    "Paragraph",
    "Picture",
    "Row",
    "Section",
    "Series",
    "Strip",
    "Table",
    "Tone",
    "Verbatim",
    "confusions",
    "counted",
    "curve",
    "intervals",
    "number",
    "p_value",
    "percent",
    "points",
    "render_page",
    "strips",
    "visible",
]
