"""Figures and self-contained pages, for every instrument alike: nothing here knows what was measured."""

from polariscope.reports.bands import bands
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
from polariscope.reports.cumulative import cumulative
from polariscope.reports.curves import Series, curve
from polariscope.reports.densities import DensityLine, Values, density
from polariscope.reports.intervals import Mark, Row, intervals
from polariscope.reports.layouts import circle, layout
from polariscope.reports.page import render_page
from polariscope.reports.posteriors import posterior
from polariscope.reports.scales import axis_points, linear_within, significant
from polariscope.reports.scan_rows import ScanSeries
from polariscope.reports.scans import Plateau, scan
from polariscope.reports.scree import ScreeEnd, scree
from polariscope.reports.strips import Strip, strips
from polariscope.reports.text import counted, number, p_value, percent, points, visible
from polariscope.reports.traces import traces
from polariscope.reports.tracks import ZeroMark, track

__all__ = [
    "SYMBOLS",
    "Block",
    "Bullets",
    "Callout",
    "Cell",
    "DensityLine",
    "Facts",
    "Mark",
    "Page",
    "Paragraph",
    "Picture",
    "Plateau",
    "Row",
    "ScanSeries",
    "ScreeEnd",
    "Section",
    "Series",
    "Strip",
    "Table",
    "Tone",
    "Values",
    "Verbatim",
    "ZeroMark",
    "axis_points",
    "bands",
    "circle",
    "confusions",
    "counted",
    "cumulative",
    "curve",
    "density",
    "intervals",
    "layout",
    "linear_within",
    "number",
    "p_value",
    "percent",
    "points",
    "posterior",
    "render_page",
    "scan",
    "scree",
    "significant",
    "strips",
    "traces",
    "track",
    "visible",
]
