"""Executing: each cell once, through exceptions, Ctrl-C, a full disk and a real SIGKILL."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from polariscope.errors import PolariscopeError
from polariscope.runs import Cell, Interrupted, Ledger, Plan, Progress, Reading, execute

TOTAL = 12
PLAN = Plan({"n": TOTAL}, tuple(Cell("demo", 1, {"seed": seed}) for seed in range(TOTAL)))


def measure(cell: Cell) -> list[Reading]:
    seed = cell.parameters["seed"]
    return [{"seed": seed, "row": row, "x": float("nan") if seed == 3 else seed / 7} for row in range(4)]


def payloads(path: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        query = "SELECT cell_id, ordinal, CAST(payload AS BLOB) FROM reading ORDER BY cell_id, ordinal"
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    path = tmp_path_factory.mktemp("whole") / "ledger.sqlite"
    with Ledger.open(path) as ledger:
        execute(PLAN, ledger, measure)
    return payloads(path)


def calls(log: Path) -> list[int]:
    return [int(line) for line in log.read_text().split()] if log.exists() else []


def test_after_a_real_sigkill_no_finished_cell_is_repeated_and_the_bytes_are_equal(
    tmp_path: Path, uninterrupted: list[tuple[object, ...]]
) -> None:
    path, log = tmp_path / "ledger.sqlite", tmp_path / "calls"
    child = subprocess.Popen([sys.executable, __file__, "measure", path, log])
    while len(calls(log)) < 5:
        time.sleep(0.001)
    child.kill()
    assert child.wait() == -signal.SIGKILL
    called, again = calls(log), []
    with Ledger.open(path) as ledger:
        kept = ledger.finished(cell.identity for cell in PLAN.cells)
        assert len(called) - 1 <= len(kept) <= len(called) < TOTAL
        execute(PLAN, ledger, measure, on_cell=lambda now: again.append(now.cell.identity))
    assert not kept & set(again)
    assert len(again) + len(kept) == TOTAL
    assert payloads(path) == uninterrupted


def test_killed_again_and_again_at_any_moment_it_arrives(
    tmp_path: Path, uninterrupted: list[tuple[object, ...]]
) -> None:
    # Forked and killed by a small program, so that no thread of pytest's is forked.
    rounds = 15
    output = subprocess.run(
        [sys.executable, __file__, "kill", tmp_path, str(rounds)], stdout=subprocess.PIPE, check=True
    ).stdout
    kills = [int(number) for number in output.split()]
    assert len(kills) == rounds
    assert min(kills) >= 1
    for number, killed in enumerate(kills):
        called = calls(tmp_path / f"{number}.calls")
        assert set(called) == set(range(TOTAL))
        assert len(called) <= TOTAL + killed  # at most the cell in hand, each time
        assert payloads(tmp_path / f"{number}.sqlite") == uninterrupted


def test_progress_counts_only_this_sessions_cells_in_its_rate(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        for cell in PLAN.cells[4:8]:
            ledger.store(cell, measure(cell), 0.0)
        seen: list[Progress] = []
        execute(PLAN, ledger, measure, on_cell=seen.append)
    assert [now.cell for now in seen] == [*PLAN.cells[:4], *PLAN.cells[8:]]
    assert [now.done for now in seen] == list(range(5, 13))
    assert {(now.reused, now.total) for now in seen} == {(4, 12)}
    assert [round(now.rate * now.seconds) for now in seen] == list(range(1, 9))
    assert seen[-1].left == 0
    assert [row["seed"] for row in seen[0].readings] == [0] * 4


def test_a_finished_plan_measures_nothing(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        execute(PLAN, ledger, measure)
        execute(PLAN, ledger, lambda _: pytest.fail("measured again"))


def test_a_cell_that_another_process_finished_meanwhile_is_reused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path) as ledger, Ledger.open(path) as other:

        def racing(cell: Cell) -> list[Reading]:
            other.store(cell, [{"by": "other"}], 0.0)
            other.store(PLAN.cells[-1], [{"by": "other"}], 0.0)
            return measure(cell)

        seen: list[Progress] = []
        execute(PLAN, ledger, racing, on_cell=seen.append)
    assert [now.cell for now in seen] == list(PLAN.cells[:-1])
    assert all(now.readings == [{"by": "other"}] for now in seen)


def test_ctrl_c_keeps_what_is_finished(tmp_path: Path) -> None:
    def interrupted(cell: Cell) -> list[Reading]:
        if cell.parameters["seed"] == 5:
            signal.raise_signal(signal.SIGINT)
        return measure(cell)

    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        with pytest.raises(Interrupted, match="5 of 12") as caught:
            execute(PLAN, ledger, interrupted)
        assert (caught.value.finished, caught.value.total) == (5, 12)
        assert isinstance(caught.value, KeyboardInterrupt)
        execute(PLAN, ledger, measure)
        assert len(list(ledger.readings(PLAN.cells))) == 4 * TOTAL


def test_what_measure_raises_passes_and_the_cell_stays_unwritten(tmp_path: Path) -> None:
    def failing(cell: Cell) -> list[Reading]:
        if cell.parameters["seed"] == 2:
            raise RuntimeError("out of memory")
        return measure(cell)

    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        with pytest.raises(RuntimeError, match="out of memory"):
            execute(PLAN, ledger, failing)
        assert ledger.finished(c.identity for c in PLAN.cells) == {c.identity for c in PLAN.cells[:2]}


def test_a_file_that_may_not_grow_stops_with_a_cure_and_continues(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    child = subprocess.run([sys.executable, __file__, "confine", path], stderr=subprocess.PIPE, text=True)
    assert child.returncode == 2
    assert "finished cells are safe" in child.stderr
    assert "same command again" in child.stderr
    with Ledger.open(path) as ledger:
        kept = len(ledger.finished(cell.identity for cell in PLAN.cells))
        assert 1 <= kept < TOTAL
        execute(PLAN, ledger, bulky)
        assert list(ledger.readings(PLAN.cells)) == [row for cell in PLAN.cells for row in bulky(cell)]


def bulky(cell: Cell) -> list[Reading]:
    return [{"seed": cell.parameters["seed"], "text": "x" * 20_000}]


# What follows runs in programs of its own, for the tests above.


def measure_all(path: Path, log: Path) -> None:
    """Execute the plan; each call leaves a line before it answers, so that calls can be counted."""
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def counting(cell: Cell) -> list[Reading]:
        os.write(descriptor, f"{cell.parameters['seed']}\n".encode())
        time.sleep(0.003)
        return measure(cell)

    with Ledger.open(path) as ledger:
        ledger.record_run(PLAN, "demo", {})
        execute(PLAN, ledger, counting)


def kill_until_done(path: Path, log: Path, offset: int) -> int:
    """Execute and kill at ever other moments until an execution arrives; gives the number of kills."""
    for kills in range(200):
        child = os.fork()
        if child == 0:
            measure_all(path, log)
            os._exit(0)
        # Shorter than the plan takes at best; longer after many kills, for a machine that is busy.
        time.sleep((0.001 + 0.0031 * ((offset * 7 + kills * 3) % 11)) * (1 + kills // 30))
        os.kill(child, signal.SIGKILL)
        if os.waitpid(child, 0)[1] == 0:
            return kills
    raise AssertionError("200 kills, and no progress")


def confine(path: Path) -> int:
    """Execute with files that may not grow past a limit: the write fails as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
    try:
        with Ledger.open(path) as ledger:
            execute(PLAN, ledger, bulky)
    except PolariscopeError as error:
        sys.stderr.write(str(error))
        return 2
    return 0


def main(act: str, first: str, second: str = "") -> None:
    if act == "measure":
        measure_all(Path(first), Path(second))
    elif act == "confine":
        sys.exit(confine(Path(first)))
    else:
        for number in range(int(second)):
            kills = kill_until_done(Path(first, f"{number}.sqlite"), Path(first, f"{number}.calls"), number)
            sys.stdout.write(f"{kills}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
