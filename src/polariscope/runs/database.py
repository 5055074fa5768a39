"""The ledger's file: opened only if it is ours, brought to this schema, and its failures told with a cure."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from polariscope.errors import PolariscopeError

APPLICATION_ID = int.from_bytes(b"PLSC", "big")
_PATIENCE = 30.0  # seconds; of four writers a patience of 10 ms lost 750 of 1,200 rows, this one none
_HEADER = 100  # bytes; no database is shorter
_NETWORKED = frozenset({
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "lustre",
    "beegfs",
    "gpfs",
    "ceph",
    "afs",
    "9p",
})
_AGAIN = "give the same command again: it continues after the last finished cell"

_SCHEMA_1 = (
    "CREATE TABLE run (id TEXT PRIMARY KEY, instrument TEXT NOT NULL, created_at TEXT NOT NULL,"
    " command TEXT NOT NULL, experiment TEXT NOT NULL, environment TEXT NOT NULL)",
    # A run lists its cells before they are finished, and a cell stands in `cell` only once it is.
    "CREATE TABLE run_cell (run_id TEXT NOT NULL REFERENCES run (id), ordinal INTEGER NOT NULL,"
    " cell_id TEXT NOT NULL, PRIMARY KEY (run_id, ordinal))",
    "CREATE TABLE cell (id TEXT PRIMARY KEY, instrument TEXT NOT NULL, measure_version INTEGER NOT NULL,"
    " parameters TEXT NOT NULL, finished_at TEXT NOT NULL, seconds REAL NOT NULL)",
    "CREATE TABLE reading (cell_id TEXT NOT NULL REFERENCES cell (id), ordinal INTEGER NOT NULL,"
    " payload TEXT NOT NULL, PRIMARY KEY (cell_id, ordinal))",
    "CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL, noted_at TEXT NOT NULL)",
)
MIGRATIONS: tuple[tuple[str, ...], ...] = (_SCHEMA_1,)
"""Statements that lead from schema number k to k + 1; an empty file has number 0."""

_HELD = (
    f"another process may hold the ledger for at most {_PATIENCE:.0f} s; finished cells are safe",
    f"wait for it or end it, then {_AGAIN}",
)
_FAILURES = {
    "SQLITE_FULL": ("the ledger needs room to grow; finished cells are safe", f"free space, then {_AGAIN}"),
    "SQLITE_IOERR": (
        "the disk must take and give the ledger's bytes; finished cells are safe",
        f"free space or mend the disk, then {_AGAIN}",
    ),
    "SQLITE_READONLY": (
        "the ledger's file and folder must be writable; finished cells are safe",
        f"make them writable, then {_AGAIN}; or set POLARISCOPE_HOME to a folder that is",
    ),
    "SQLITE_CANTOPEN": (
        "a ledger is a file in a folder that can be written",
        "make the folder and its rights, or set POLARISCOPE_HOME to another one",
    ),
    "SQLITE_NOTADB": (
        "a ledger is a SQLite database",
        "move this file away to begin a new ledger, or set POLARISCOPE_HOME to another folder",
    ),
    "SQLITE_CORRUPT": (
        "a ledger must be whole, and this one is torn",
        "put back a copy, save what is left with `sqlite3 FILE .recover`, or move it away to begin anew",
    ),
    "SQLITE_BUSY": _HELD,
    "SQLITE_PROTOCOL": _HELD,  # of locks that a network file system does not keep
}


def open_database(path: Path) -> sqlite3.Connection:
    """Open a ledger's file, or begin one where there is none or an empty one.

    A file that is not a ledger of this schema or an older one is refused before a byte of it changes.

    Args:
        path: The file.

    Returns:
        A connection in autocommit mode that waits 30 s for others, syncs every commit, enforces references.

    Raises:
        PolariscopeError: The file is no database, torn, another program's, or of a newer schema, or cannot be
            written.
    """
    size = _settled_size(path)
    with refusals(path):
        connection = sqlite3.connect(path.absolute(), timeout=_PATIENCE, isolation_level=None)
        try:
            _number(connection, path)
            _refuse_torn(connection, path, size)
            _set_journal(connection, "delete" if _on_network(path) else "wal")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            _migrate(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Tell SQLite's refusals of this file as errors with a cure; whatever else goes wrong passes.

    Args:
        path: The ledger's file.

    Yields:
        Nothing.

    Raises:
        PolariscopeError: The disk is full, or the file cannot be written, is torn, no database, or held by
            another process.
        sqlite3.Error: Anything else, which is a defect of ours.
    """
    try:
        yield
    except sqlite3.Error as error:
        # Extended codes (SQLITE_IOERR_WRITE, SQLITE_READONLY_DIRECTORY) begin with the plain one's name.
        name = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
        if name not in _FAILURES:
            raise
        rule, cure = _FAILURES[name]
        raise PolariscopeError(str(path), rule, error, cure) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Keep all that the block writes, or nothing of it if it ends by any exception.

    Args:
        connection: A connection of `open_database`.

    Yields:
        Nothing.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has already rolled back by itself after some failures, a full disk among them.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _settled_size(path: Path) -> int:
    # The file's bytes; 0 where there are none to judge, or where a journal may still change them. Only the
    # file system is asked: to open and close the file would drop the locks of our other connections to it.
    try:
        journals = [path.with_name(path.name + end) for end in ("-wal", "-journal")]
        return 0 if path.is_dir() or any(map(Path.exists, journals)) else path.stat().st_size
    except OSError:  # no file yet, or none that we may see, which SQLite will tell
        return 0


def _refuse_torn(connection: sqlite3.Connection, path: Path, size: int) -> None:
    # SQLite takes a header cut short for an empty file, and fills up a last page cut short with zeros.
    page = _value(connection, "PRAGMA page_size")
    if size % page:
        rule, cure = _FAILURES["SQLITE_CORRUPT" if size > _HEADER else "SQLITE_NOTADB"]
        raise PolariscopeError(str(path), rule, f"{size} bytes, not whole pages of {page}", cure)


def _number(connection: sqlite3.Connection, path: Path) -> int:
    # The file's schema number, 0 for an empty file; a file that we must not touch is refused.
    application = _value(connection, "PRAGMA application_id")
    number = int(_value(connection, "PRAGMA user_version"))
    empty = _value(connection, "SELECT COUNT(*) FROM sqlite_master") == 0
    if application != APPLICATION_ID and not (empty and application == number == 0):
        cure = "move this file away to begin a new ledger, or set POLARISCOPE_HOME to another folder"
        raise PolariscopeError(str(path), "a ledger was made by Polariscope", "another program's database", cure)
    if number > len(MIGRATIONS):
        rule = f"this version reads ledgers up to schema {len(MIGRATIONS)}"
        cure = "use the newer Polariscope that wrote it, or set POLARISCOPE_HOME to another folder"
        raise PolariscopeError(str(path), rule, f"schema {number}", cure)
    return number


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    if _number(connection, path) == len(MIGRATIONS):
        return
    with transaction(connection):
        # Read again: another process may have done it while this one waited for the lock.
        for statements in MIGRATIONS[_number(connection, path) :]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _set_journal(connection: sqlite3.Connection, wanted: str) -> None:
    # Where the file system cannot share a WAL, the rollback journal is as safe and only slower.
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            if _value(connection, "PRAGMA journal_mode") != wanted:
                connection.execute(f"PRAGMA journal_mode = {wanted}").fetchone()
            return
        except sqlite3.OperationalError as error:
            # SQLite does not wait by itself when two processes change the mode of a new file at once.
            busy = getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY")
            if wanted == "delete" or time.monotonic() > deadline:
                raise
            wanted = wanted if busy else "delete"
            time.sleep(0.01)


def _on_network(path: Path, mounts: Path = Path("/proc/self/mounts")) -> bool:
    # There a WAL's shared memory would not be shared between machines, and no error would tell.
    try:
        rows = [line.split()[1:3] for line in mounts.read_text(errors="replace").splitlines()]
    except OSError:
        return False
    folder = path.absolute().parent.resolve()
    over = [(len(at), kind) for at, kind in rows if folder.is_relative_to(at.replace("\\040", " "))]
    return bool(over) and max(over, key=lambda row: row[0])[1].removeprefix("fuse.") in _NETWORKED


def _value(connection: sqlite3.Connection, query: str) -> Any:
    with closing(connection.execute(query)) as cursor:
        return cursor.fetchone()[0]
