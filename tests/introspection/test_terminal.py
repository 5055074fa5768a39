"""The short answer fits 80 columns and needs no colour."""

from collections.abc import Callable
from io import StringIO

import pytest
from rich.console import Console

from polariscope.introspection.outcome import Outcome
from polariscope.introspection.terminal import terminal_table
from polariscope.introspection.wording import LABELS

Planted = Callable[[str], Outcome]


def printed(found: Outcome, width: int = 80) -> str:
    file = StringIO()
    Console(file=file, width=width, no_color=True).print(terminal_table(found.summary, found.verdict))
    return file.getvalue()


@pytest.mark.parametrize("name", ["perfect", "constant", "failing", "sweep", "hostile"])
def test_it_fits_80_columns_and_cuts_nothing(planted: Planted, name: str) -> None:
    text = printed(planted(name))
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    assert "\x1b" not in text


def test_it_says_the_numbers_and_then_the_verdict(planted: Planted) -> None:
    found = planted("perfect")
    text = printed(found, 200)
    concept, gap = found.summary.settings[0].conditions[0], found.summary.settings[0].gaps[0]
    line = next(line for line in text.splitlines() if line.startswith(LABELS["concept"]))
    assert line.split()[2:5] == ["100.0", f"[{100 * concept.accuracy.interval.low:.1f},", "100.0]"]
    assert f"{100 * gap.raw.value:+.1f} [" in text
    places = [text.index(part) for part in ("chance", found.verdict.headline, "✓ shown: Does the answer")]
    assert places == sorted(places)
    assert "Controls not run: " in text


def test_what_would_decide_is_said(planted: Planted) -> None:
    found = planted("incomplete")
    needed = [finding.trials_needed for finding in found.verdict.findings if finding.trials_needed]
    assert needed
    assert f"About {needed[0]:,} trials over" in printed(found, 200)


def test_of_a_sweep_the_best_setting_is_shown(planted: Planted) -> None:
    found = planted("sweep")
    assert found.summary.sweep is not None
    best = found.summary.settings[found.summary.sweep.best]
    assert f"block {best.block}, dose 10 (of 6 settings)" in printed(found)
