"""The ledger: kept whole, never rewritten, and honest about a disk that is full."""

import math
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from polariscope.errors import PolariscopeError
from polariscope.runs import Cell, Ledger, Plan, Reading

CELLS = tuple(Cell("demo", 1, {"seed": seed}) for seed in range(60))
PLAN = Plan({"n": 60}, CELLS)


def store_all(ledger: Ledger, rows: list[Reading]) -> None:
    for cell in CELLS:
        ledger.store(cell, rows, 0.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


def test_readings_come_in_plan_order_whatever_the_order_of_finishing(path: Path) -> None:
    with Ledger.open(path) as ledger:
        run_id = ledger.record_run(PLAN, "demo", {"torch": "2"})
        for cell in reversed(CELLS[:10]):
            seed = cell.parameters["seed"]
            ledger.store(cell, [{"seed": seed, "row": row} for row in range(3)], 0.5)
        expected = [{"seed": seed, "row": row} for seed in range(10) for row in range(3)]
        assert list(ledger.readings(run_id)) == expected
        assert list(ledger.readings(run_id[:5])) == expected
        assert list(ledger.readings(CELLS)) == expected
        assert ledger.finished([c.identity for c in CELLS] + ["'"]) == {c.identity for c in CELLS[:10]}


def test_values_come_back_exactly(path: Path) -> None:
    reading = {
        "nan": math.nan,
        "big": 1e300,
        "n": 3,
        "x": 3.0,
        "z": -0.0,
        "t": "\ud83d\0\u2028",
        "l": [math.inf],
    }
    with Ledger.open(path) as ledger:
        ledger.store(CELLS[0], [reading], 0.0)
        (back,) = ledger.readings(CELLS[:1])
    assert math.isnan(back.pop("nan"))
    assert math.copysign(1, back["z"]) == -1
    assert (type(back["n"]), type(back["x"])) == (int, float)
    assert back == {key: value for key, value in reading.items() if key != "nan"}


def test_the_first_to_finish_a_cell_stays(path: Path) -> None:
    with Ledger.open(path) as one, Ledger.open(path) as other:
        assert one.store(CELLS[0], [{"by": "one"}], 0.0)
        assert not other.store(CELLS[0], [{"by": "other"}, {"by": "other"}], 0.0)
        assert list(other.readings(CELLS[:1])) == [{"by": "one"}]


def test_readings_that_cannot_be_written_leave_nothing(path: Path) -> None:
    with Ledger.open(path) as ledger:
        with pytest.raises(TypeError):
            ledger.store(CELLS[0], [{"x": 1}, {"x": object()}], 0.0)
        assert ledger.finished([CELLS[0].identity]) == set()


def test_recording_a_run_again_changes_nothing(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.record_run(PLAN, "first", {"torch": "2.13"})
        ledger.store(CELLS[0], [{}], 0.0)
        before = ledger.runs()
        ledger.record_run(PLAN, "second", {"torch": "3"})
        assert ledger.runs() == before
    (run,) = before
    assert (run.command, run.finished, run.total, run.instrument) == ("first", 1, 60, "demo")
    assert (run.experiment, run.environment) == ({"n": 60}, {"torch": "2.13"})


def test_runs_share_cells(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.record_run(PLAN, "all", {})
        ledger.record_run(Plan({"n": 2}, CELLS[:2]), "two", {})
        ledger.store(CELLS[0], [{}], 0.0)
        assert [(run.command, run.finished, run.total) for run in ledger.runs()] == [
            ("all", 1, 60),
            ("two", 1, 2),
        ]


def test_a_run_is_found_by_the_start_of_its_id(path: Path) -> None:
    with Ledger.open(path) as ledger:
        with pytest.raises(PolariscopeError, match="no run yet"):
            ledger.find_run("ab")
        ids = [ledger.record_run(Plan({"n": n}, CELLS[:1]), "demo", {}) for n in range(20)]
        assert ledger.find_run(ids[3]).id == ids[3]
        shared = next(one[0] for one in ids if sum(other.startswith(one[0]) for other in ids) > 1)
        with pytest.raises(PolariscopeError, match="several") as several:
            ledger.find_run(shared)
        assert next(one for one in ids if one.startswith(shared)) in several.value.cure
        typo = "%" + ids[7][1:]
        with pytest.raises(PolariscopeError, match="must begin") as unknown:
            ledger.readings(typo)
        assert ids[7] in unknown.value.cure


@pytest.mark.parametrize("runs", [1, 2])
def test_nothing_begins_no_run_not_even_the_only_one(path: Path, runs: int) -> None:
    with Ledger.open(path) as ledger:
        ids = [ledger.record_run(Plan({"n": n}, CELLS[:1]), "demo", {}) for n in range(runs)]
        for find in (ledger.find_run, ledger.readings):
            with pytest.raises(PolariscopeError, match="must begin the id of a run; got nothing") as empty:
                find("")
            assert ids[0] in empty.value.cure


def test_notes_are_remembered_between_sessions(path: Path) -> None:
    with Ledger.open(path) as ledger:
        assert ledger.recall("fast path") is None
        ledger.remember("fast path", {"agrees": False})
        ledger.remember("fast path", {"agrees": True, "gap": math.inf})
    with Ledger.open(path) as ledger:
        assert ledger.recall("fast path") == {"agrees": True, "gap": math.inf}


def test_a_damaged_payload_is_told(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.store(CELLS[0], [{"x": 1}], 0.0)
        ledger._connection.execute("UPDATE reading SET payload = '{\"x\": NaN}'")
        with pytest.raises(PolariscopeError, match="canonical JSON"):
            list(ledger.readings(CELLS))


def test_a_full_disk_keeps_the_finished_cells_and_the_same_command_continues(path: Path) -> None:
    rows = [{"text": "x" * 3000}]
    with Ledger.open(path) as ledger:
        ledger._connection.execute("PRAGMA max_page_count = 40")
        with pytest.raises(PolariscopeError, match="finished cells are safe") as caught:
            store_all(ledger, rows)
        assert "same command again" in caught.value.cure
        kept = ledger.finished(cell.identity for cell in CELLS)
        assert 1 <= len(kept) < len(CELLS)
        assert list(ledger.readings(CELLS)) == rows * len(kept)
    with Ledger.open(path) as ledger:
        store_all(ledger, rows)
        assert list(ledger.readings(CELLS)) == rows * len(CELLS)


def test_a_ledger_that_turns_read_only_says_so(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.store(CELLS[0], [{"x": 1}], 0.0)
        ledger._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(PolariscopeError, match="writable"):
            ledger.store(CELLS[1], [{"x": 2}], 0.0)
        assert list(ledger.readings(CELLS)) == [{"x": 1}]


def test_a_ledger_held_by_another_process_says_so(path: Path) -> None:
    with Ledger.open(path) as holder, Ledger.open(path) as waiter:
        waiter._connection.execute("PRAGMA busy_timeout = 50")
        holder._connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(PolariscopeError, match="another process"):
            waiter.store(CELLS[0], [], 0.0)


def test_defects_of_ours_are_not_dressed_up(path: Path) -> None:
    with Ledger.open(path) as ledger, pytest.raises(sqlite3.OperationalError):
        ledger._rows("SELECT * FROM nowhere")


def test_four_writers_on_one_new_file_lose_and_mix_nothing(path: Path) -> None:
    # Programs of their own, all let go at once through a closed pipe.
    command = [sys.executable, __file__, str(path)]
    writers = [subprocess.Popen([*command, str(n)], stdin=subprocess.PIPE) for n in range(4)]
    time.sleep(0.5)
    for writer in writers:
        writer.stdin.close()  # type: ignore[union-attr]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    with Ledger.open(path) as ledger:
        for cell in CELLS:
            rows = list(ledger.readings([cell]))
            assert [row["row"] for row in rows] == [0, 1, 2]
            assert len({row["writer"] for row in rows}) == 1
        own = [Cell("own", 1, {"writer": writer, "n": n}) for writer in range(4) for n in range(40)]
        assert len(list(ledger.readings(own))) == 160


def write(path: Path, writer: int) -> None:
    sys.stdin.read()
    with Ledger.open(path) as ledger:
        for n, cell in enumerate(CELLS[:40]):
            ledger.store(Cell("own", 1, {"writer": writer, "n": n}), [{"n": n}], 0.0)
            ledger.store(cell, [{"writer": writer, "row": row} for row in range(3)], 0.0)
        store_all(ledger, [{"writer": writer, "row": row} for row in range(3)])


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
