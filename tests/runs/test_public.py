"""The public list of `polariscope.runs` is what it says."""

import subprocess
import sys

import polariscope.runs


def test_every_public_name_is_there_and_no_other_is() -> None:
    assert polariscope.runs.__all__ == sorted(polariscope.runs.__all__)
    assert all(hasattr(polariscope.runs, name) for name in polariscope.runs.__all__)


def test_importing_runs_loads_no_torch() -> None:
    check = "import polariscope.runs, sys; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0
