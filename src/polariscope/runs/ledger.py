"""The ledger: what was planned and what was read, kept in one SQLite file and never rewritten."""

import difflib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from polariscope.errors import PolariscopeError
from polariscope.runs.canonical import canonical_json, parse_canonical
from polariscope.runs.cells import Cell, Plan, Reading
from polariscope.runs.database import open_database, refusals, transaction

_NEAREST = 5  # ids that a refusal names

_RUNS = (
    "SELECT run.id, run.instrument, run.created_at, run.command, run.experiment, run.environment,"
    " COUNT(cell.id), COUNT(run_cell.cell_id) FROM run LEFT JOIN run_cell ON run_cell.run_id = run.id"
    " LEFT JOIN cell ON cell.id = run_cell.cell_id GROUP BY run.id ORDER BY run.rowid"
)
_OF_RUN = (
    "SELECT payload FROM run_cell JOIN reading ON reading.cell_id = run_cell.cell_id"
    " WHERE run_id = ? ORDER BY run_cell.ordinal, reading.ordinal"
)
_OF_CELL = "SELECT payload FROM reading WHERE cell_id = ? ORDER BY ordinal"


@dataclass(frozen=True)
class Run:
    """A recorded run and how far it is.

    Args:
        id: Its identity, `Plan.identity`.
        instrument: The instrument's name.
        created_at: When it was first recorded, ISO 8601, UTC.
        command: The command that first asked for it.
        experiment: The experiment as asked for.
        environment: Versions and machine of the process that first recorded it.
        finished: Cells finished.
        total: Cells planned.
    """

    id: str
    instrument: str
    created_at: str
    command: str
    experiment: Mapping[str, Any]
    environment: Mapping[str, Any]
    finished: int
    total: int


class Ledger:
    """Runs, cells and readings in one file that many processes may share; open with `Ledger.open`.

    Every method raises a PolariscopeError with a cure when the disk is full, or the file cannot be written,
    is torn, or is held by another process for more than 30 s; what was stored before stays.

    >>> import tempfile
    >>> plan = Plan({"seeds": 1}, (Cell("demo", 1, {"seed": 0}),))
    >>> with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder, "ledger.sqlite")) as ledger:
    ...     run_id = ledger.record_run(plan, command="demo", environment={})
    ...     ledger.store(plan.cells[0], [{"accuracy": 0.25}], seconds=0.1)
    ...     ledger.store(plan.cells[0], [{"accuracy": 0.75}], seconds=0.1)
    ...     list(ledger.readings(run_id))
    True
    False
    [{'accuracy': 0.25}]
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a ledger, or begin one where there is no file or an empty one; undone by `close`.

        Args:
            path: The file.

        Returns:
            The ledger.
        """
        return cls(open_database(path), path)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def record_run(self, plan: Plan, command: str, environment: Mapping[str, Any]) -> str:
        """Write down a plan before its first cell; a run already recorded stays as it is.

        Args:
            plan: The plan.
            command: The command that asked for it.
            environment: Versions and machine, as values of canonical JSON.

        Returns:
            The run's id.
        """
        texts = canonical_json(plan.experiment), canonical_json(environment)
        row = (plan.identity, plan.instrument, _now(), command, *texts)
        cells = [(plan.identity, ordinal, cell.identity) for ordinal, cell in enumerate(plan.cells)]
        with refusals(self._path), transaction(self._connection):
            self._connection.execute("INSERT OR IGNORE INTO run VALUES (?, ?, ?, ?, ?, ?)", row)
            self._connection.executemany("INSERT OR IGNORE INTO run_cell VALUES (?, ?, ?)", cells)
        return plan.identity

    def finished(self, ids: Iterable[str]) -> set[str]:
        """Tell which of these cells are finished.

        Args:
            ids: Identities of cells.

        Returns:
            Those that are.
        """
        query = "SELECT id FROM cell WHERE id IN (SELECT value FROM json_each(?))"
        return {row[0] for row in self._rows(query, canonical_json(list(ids)))}

    def store(self, cell: Cell, readings: Sequence[Reading], seconds: float) -> bool:
        """Keep a finished cell with all its readings, or nothing; of two that finish it the first stays.

        Args:
            cell: The cell.
            readings: Its readings, in order.
            seconds: How long measuring took.

        Returns:
            Whether these readings were kept; False where the cell was finished before.
        """
        payloads = [(cell.identity, ordinal, canonical_json(row)) for ordinal, row in enumerate(readings)]
        parameters = canonical_json(cell.parameters)
        row = (cell.identity, cell.instrument, cell.measure_version, parameters, _now(), seconds)
        with refusals(self._path), transaction(self._connection):
            first = self._connection.execute("INSERT OR IGNORE INTO cell VALUES (?, ?, ?, ?, ?, ?)", row)
            if first.rowcount:
                self._connection.executemany("INSERT INTO reading VALUES (?, ?, ?)", payloads)
        return first.rowcount == 1

    def readings(self, source: str | Iterable[Cell]) -> Iterator[Reading]:
        """Read what is there so far, in the plan's order; cells not finished are passed over.

        Args:
            source: A run's id, or the start of exactly one; or cells.

        Returns:
            The readings.
        """
        if isinstance(source, str):
            return self._parsed(_OF_RUN, self.find_run(source).id)
        return (reading for cell in source for reading in self._parsed(_OF_CELL, cell.identity))

    def runs(self) -> list[Run]:
        """List all runs with their progress, in the order in which they were first recorded.

        Returns:
            The runs.
        """
        return [self._run(*row) for row in self._rows(_RUNS)]

    def find_run(self, prefix: str) -> Run:
        """Find the one run whose id begins so.

        Args:
            prefix: The id or its beginning.

        Returns:
            The run.

        Raises:
            PolariscopeError: It is empty, or no run, or more than one, begins so; the error names the nearest.
        """
        runs = {run.id: run for run in self.runs()}
        matches = [run_id for run_id in runs if run_id.startswith(prefix)]
        if prefix and len(matches) == 1:  # nothing at all begins every id, also that of an only run
            return runs[matches[0]]
        near = matches or difflib.get_close_matches(prefix, runs, n=_NEAREST, cutoff=0)
        cure = (
            f"give one of {', '.join(near[:_NEAREST])}" if near else "run an experiment first; there is no run yet"
        )
        rule = "begins the ids of several runs" if prefix and matches else "must begin the id of a run"
        raise PolariscopeError("run", rule, prefix or "nothing", cure)

    def remember(self, key: str, value: object) -> None:
        """Note a fact under a key, in place of an earlier one; read by `recall`.

        Args:
            key: The key.
            value: A value of canonical JSON.
        """
        row = (key, canonical_json(value), _now())
        with refusals(self._path), transaction(self._connection):
            self._connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?, ?)", row)

    def recall(self, key: str) -> Any:
        """Give back the fact that `remember` noted under a key.

        Args:
            key: The key.

        Returns:
            The fact, or None where there is none.
        """
        rows = self._rows("SELECT value FROM note WHERE key = ?", key)
        return self._parse(rows[0][0]) if rows else None

    def _rows(self, query: str, *keys: str) -> list[tuple[Any, ...]]:
        # All at once: a cursor left open would keep every other process from folding the WAL back.
        with refusals(self._path):
            return self._connection.execute(query, keys).fetchall()

    def _parsed(self, query: str, key: str) -> Iterator[Any]:
        return (self._parse(payload) for (payload,) in self._rows(query, key))

    def _run(self, *row: Any) -> Run:
        run_id, instrument, created_at, command, asked, made_by, finished, total = row
        experiment, environment = self._parse(asked), self._parse(made_by)
        return Run(run_id, instrument, created_at, command, experiment, environment, finished, total)

    def _parse(self, text: str) -> Any:
        try:
            return parse_canonical(text)
        except (TypeError, ValueError) as error:
            cure = "put back a copy of the ledger, or move it away to begin a new one"
            raise PolariscopeError(str(self._path), "holds canonical JSON", error, cure) from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
