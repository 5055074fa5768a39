"""A page as one HTML text that asks nothing of anyone: no script, no request, foreign text made harmless."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from polariscope.reports.blocks import Page
from polariscope.reports.text import visible


def render_page(page: Page) -> str:
    """Render a page with the one template.

    Args:
        page: What it says.

    Returns:
        A whole HTML document; the same page gives the same bytes.
    """
    return _template().render(page=page)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("polariscope.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("report.html.jinja")


def _finalized(value: Any) -> Any:
    """Every expression passes here before it is escaped; what the template marked as safe stays."""
    return value if isinstance(value, Markup) else visible(str(value))
