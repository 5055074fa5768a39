"""The ledger's file: what is refused, what is migrated, and that a refusal changes no byte."""

import os
import sqlite3
from pathlib import Path

import pytest

from polariscope.errors import PolariscopeError
from polariscope.runs import Cell, Ledger, Plan, database

PLAN = Plan({"n": 40}, tuple(Cell("demo", 1, {"seed": seed}) for seed in range(40)))


def filled(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.record_run(PLAN, "demo", {})
        for cell in PLAN.cells:
            ledger.store(cell, [{"text": "x" * 500}], 0.0)


def pragma(path: Path, statement: str) -> object:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        row = connection.execute(statement).fetchone()
        return row[0] if row else None
    finally:
        connection.close()


def refused(path: Path) -> PolariscopeError:
    before = path.read_bytes()
    with pytest.raises(PolariscopeError) as caught:
        Ledger.open(path)
    assert path.read_bytes() == before
    assert caught.value.argument == str(path)
    assert caught.value.cure
    return caught.value


def test_settings_that_the_promises_rest_on(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    connection = database.open_database(path)
    try:
        values = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "user_version")
        }
    finally:
        connection.close()
    assert values == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "busy_timeout": 30_000,
        "user_version": len(database.MIGRATIONS),
    }
    assert pragma(path, "PRAGMA application_id") == database.APPLICATION_ID


def test_an_empty_file_is_a_new_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.touch()
    filled(path)
    with Ledger.open(path) as ledger:
        assert ledger.runs()[0].finished == 40


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    filled(path)
    pragma(path, f"PRAGMA user_version = {len(database.MIGRATIONS) + 6}")
    error = refused(path)
    assert error.value == f"schema {len(database.MIGRATIONS) + 6}"
    assert "newer Polariscope" in error.cure


def test_an_older_schema_is_migrated_and_keeps_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.sqlite"
    filled(path)
    newer = (*database.MIGRATIONS, ("ALTER TABLE run ADD COLUMN label TEXT",))
    monkeypatch.setattr(database, "MIGRATIONS", newer)
    with Ledger.open(path) as ledger:
        assert len(list(ledger.readings(PLAN.identity))) == 40
    assert pragma(path, "PRAGMA user_version") == len(newer)
    assert pragma(path, "SELECT COUNT(label) FROM run") == 0


def test_a_failed_migration_leaves_the_old_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.sqlite"
    filled(path)
    broken = (*database.MIGRATIONS, ("ALTER TABLE run ADD COLUMN label TEXT", "NOT SQL"))
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", broken)
        with pytest.raises(sqlite3.OperationalError):
            Ledger.open(path)
    with Ledger.open(path) as ledger:
        assert ledger.runs()[0].finished == 40


@pytest.mark.parametrize("junk", [b"x", b"SQLite format 3\0", b"not a database\n" * 300, os.urandom(8192)])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, junk: bytes) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(junk)
    assert "database" in refused(path).rule


@pytest.mark.parametrize("part", [0.01, 0.3, 0.7, 0.99])
def test_a_torn_ledger_is_refused(tmp_path: Path, part: float) -> None:
    path = tmp_path / "ledger.sqlite"
    filled(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    assert "torn" in refused(path).rule


def test_damage_inside_is_told_on_reading(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    filled(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(PolariscopeError, match="torn"), Ledger.open(path) as ledger:
        list(ledger.readings(PLAN.cells))


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    pragma(path, "CREATE TABLE notes (text)")
    assert "Polariscope" in refused(path).rule


@pytest.mark.parametrize("name", ["missing/ledger.sqlite", "file/ledger.sqlite", "folder"])
def test_a_place_where_no_ledger_can_be_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(PolariscopeError, match="POLARISCOPE_HOME"):
        Ledger.open(tmp_path / name)


def test_on_a_network_file_system_the_rollback_journal_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.sqlite"
    monkeypatch.setattr(database, "_on_network", lambda _: True)
    filled(path)
    assert pragma(path, "PRAGMA journal_mode") == "delete"
    assert not list(tmp_path.glob("*-wal"))


class _Stubborn:
    """A connection that refuses to change the journal's mode a number of times, for one reason."""

    def __init__(self, connection: sqlite3.Connection, name: str, times: int) -> None:
        self.connection, self.name, self.times = connection, name, times

    def execute(self, query: str) -> sqlite3.Cursor:
        if query.endswith("= wal") and self.times:
            self.times -= 1
            error = sqlite3.OperationalError(self.name)
            error.sqlite_errorname = self.name
            raise error
        return self.connection.execute(query)


@pytest.mark.parametrize(
    ("name", "mode"),
    [("SQLITE_BUSY_RECOVERY", "wal"), ("SQLITE_IOERR_SHMOPEN", "delete"), ("SQLITE_PROTOCOL", "delete")],
)
def test_a_busy_file_is_waited_for_and_one_without_wal_takes_the_rollback_journal(
    tmp_path: Path, name: str, mode: str
) -> None:
    connection = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)
    try:
        database._set_journal(_Stubborn(connection, name, 2), "wal")  # type: ignore[arg-type]
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == mode
    finally:
        connection.close()


def test_a_page_cut_short_beside_a_journal_is_left_to_sqlite(tmp_path: Path) -> None:
    # As after a kill in the middle of folding a WAL back: the file ends in half a page, the WAL has it whole.
    live, copy = tmp_path / "live.sqlite", tmp_path / "copy.sqlite"
    with Ledger.open(live) as ledger:
        for cell in PLAN.cells:
            ledger.store(cell, [{"text": "x" * 500}], 0.0)
        copy.write_bytes(live.read_bytes() + b"\0" * 100)
        copy.with_name(copy.name + "-wal").write_bytes(live.with_name(live.name + "-wal").read_bytes())
    with Ledger.open(copy) as ledger:
        assert len(list(ledger.readings(PLAN.cells))) == 40


def test_network_file_systems_are_known_by_the_nearest_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    far, near = tmp_path / "far", tmp_path / "far" / "my disk"
    near.mkdir(parents=True)
    space = str(near).replace(" ", "\\040")
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nhost:/x {far} nfs4 rw 0 0\n/dev/sdb {space} ext4 rw 0 0\n")
    assert database._on_network(far / "ledger.sqlite", mounts)
    assert not database._on_network(near / "ledger.sqlite", mounts)
    assert not database._on_network(tmp_path / "ledger.sqlite", mounts)
    assert not database._on_network(far / "ledger.sqlite", tmp_path / "no such file")
