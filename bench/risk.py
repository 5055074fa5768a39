"""How large and how fast the risk map is: its page in a headless Chromium, its rules in Python.

    python bench/risk.py

Prints what was asked beside what was measured. It needs what `make test` installs: Node, node_modules, Chromium,
which draws the space in software here, so a change beside the drawn space is the slowest that a reader may see.
"""

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from polariscope.risk import Edition, SystemProfile, assess, load_edition, regions, worked_examples
from polariscope.web import render_risk_page

ROUNDS = 5
SCRIPT = Path(__file__).with_name("risk_page.mjs")


def timed(act: Callable[[], object]) -> float:
    """Seconds of the middle one of several times."""
    found = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        act()
        found.append(time.perf_counter() - begin)
    return statistics.median(found)


def show(what: str, asked: str, measured: str) -> None:
    print(f"{what:58}{asked:>12}{measured:>26}")


def spread(values: Sequence[float]) -> str:
    return f"median {statistics.median(values):.0f}, max {max(values):.0f} ms"


def in_the_browser(folder: Path) -> dict[str, Any]:
    environment = {**os.environ, "POLARISCOPE_PAGES": str(folder), "HOME": str(folder), "TMPDIR": str(folder)}
    done = subprocess.run(["node", str(SCRIPT)], env=environment, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def show_page(folder: Path, edition: Edition, systems: Sequence[SystemProfile]) -> None:
    text = render_risk_page(edition)
    (folder / "default.html").write_text(text, encoding="utf-8")
    (folder / "two.html").write_text(render_risk_page(edition, systems), encoding="utf-8")
    show("the page, in bytes", "< 1,200,000", f"{len(text.encode()):,}")
    told = in_the_browser(folder)
    names = {
        "contentful": "first contentful paint",
        "painted": "the table's frame is done",
        "built": "the table is built",
    }
    for key, name in names.items():
        show(f"from opening the file until {name}", "< 1 s", spread([each[key] for each in told["openings"]]))
    for key, where in {"alone": "the space not drawn yet", "beside": "beside the space"}.items():
        show(f"a change until it is painted, {where}", "< 50 ms", spread([each["painted"] for each in told[key]]))
        show("  of it the page's own work", "", spread([each["own"] for each in told[key]]))


def show_rules(edition: Edition, profile: SystemProfile) -> None:
    cells = f"392 cells x {len(edition.families)} families x their facets"
    show(f"regions: {cells}", "< 1 s", f"{timed(lambda: regions(edition)):.2f} s")
    show(
        "one profile assessed, its smallest changes found",
        "",
        f"{1e3 * timed(lambda: assess(profile, edition)):.0f} ms",
    )
    show("the page rendered", "", f"{timed(lambda: render_risk_page(edition)):.2f} s")


def main() -> None:
    edition = load_edition()
    systems = worked_examples(edition)[:2]
    show("what", "asked", "measured")
    show_rules(edition, systems[0])
    with tempfile.TemporaryDirectory() as folder:
        show_page(Path(folder), edition, systems)


if __name__ == "__main__":
    main()
