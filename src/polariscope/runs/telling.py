"""A run told in the forms that every command knows: a terminal's, a page's, a program's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from polariscope.runs.ledger import Run


@dataclass(frozen=True, eq=False)
class Telling:
    """What an instrument has to say of a run; each form is composed when it is called for.

    Args:
        run: The run.
        terminal: What `rich` prints.
        page: A whole HTML document.
        as_json: Values of strict JSON.
    """

    run: Run
    terminal: Callable[[], Any]
    page: Callable[[], str]
    as_json: Callable[[], dict[str, Any]]
