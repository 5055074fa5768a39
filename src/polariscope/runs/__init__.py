"""Planning, executing and keeping: from a plan to readings in a ledger, for every instrument alike."""

from polariscope.runs.atomic import write_atomic
from polariscope.runs.canonical import canonical_json, digest, parse_canonical
from polariscope.runs.cells import Cell, Plan, Reading
from polariscope.runs.claims import Claims
from polariscope.runs.execute import Interrupted, Progress, execute
from polariscope.runs.export import export_csv, export_jsonl
from polariscope.runs.home import data_home, ledger_path
from polariscope.runs.ledger import Ledger, Run
from polariscope.runs.strict import strict_json
from polariscope.runs.telling import Telling

__all__ = [
    "Cell",
    "Claims",
    "Interrupted",
    "Ledger",
    "Plan",
    "Progress",
    "Reading",
    "Run",
    "Telling",
    "canonical_json",
    "data_home",
    "digest",
    "execute",
    "export_csv",
    "export_jsonl",
    "ledger_path",
    "parse_canonical",
    "strict_json",
    "write_atomic",
]
