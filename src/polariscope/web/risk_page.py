"""The risk map as one HTML text that works from a file, asks nothing of anyone, and runs no script but its own."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from polariscope.risk.edition import Edition
from polariscope.risk.page_data import page_data
from polariscope.risk.profile import SystemProfile

_SCRIPTS = ("risk.js", "space.js")
"""In the order in which they run: the page itself, then the 3-D space, which plugs itself into it."""


def render_risk_page(edition: Edition, systems: Sequence[SystemProfile] = ()) -> str:
    """Render the page.

    Args:
        edition: Axes, families, rules.
        systems: The user's own, shown first; without any the page opens with a worked example.

    Returns:
        A whole HTML document; the same edition and systems give the same bytes.

    Raises:
        PolariscopeError: A profile contradicts itself.
    """
    scripts = [_text(f"bundle/{name}") for name in _SCRIPTS]
    style = _text("templates/page.css")
    return _template().render(
        policy=_policy(scripts, style),
        style=Markup(style),  # noqa: S704 - our own file, held to its hash by the policy
        data=Markup(_inert_json(page_data(edition, systems))),  # noqa: S704 - has no "<"
        scripts=[Markup(script) for script in scripts],  # noqa: S704 - our own files, as above
    )


def _policy(scripts: Sequence[str], style: str) -> str:
    """What the browser may do: run these scripts, use this style, show pictures made here; nothing else."""
    return "; ".join([
        "default-src 'none'",
        f"script-src {' '.join(map(_hash, scripts))}",
        f"style-src {_hash(style)}",
        "img-src data: blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
    ])


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _inert_json(data: Mapping[str, Any]) -> str:
    """Plain ASCII without "<": no text in it can end its element, and no line separator can end a line."""
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


@cache
def _text(path: str) -> str:
    """A file of ours, with the line ends that a browser makes of any before it hashes them."""
    return files("polariscope.web").joinpath(path).read_bytes().decode().replace("\r\n", "\n").replace("\r", "\n")


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("polariscope.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("page.html.jinja")
