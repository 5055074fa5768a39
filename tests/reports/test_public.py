"""The public list of `polariscope.reports` is what it says."""

import subprocess
import sys
from types import ModuleType

import polariscope.reports


def test_every_public_name_is_there_and_no_other_is() -> None:
    found = {name for name, value in vars(polariscope.reports).items() if not isinstance(value, ModuleType)}
    assert {name for name in found if not name.startswith("_")} == set(polariscope.reports.__all__)
    assert len(set(polariscope.reports.__all__)) == len(polariscope.reports.__all__)


def test_importing_reports_loads_no_torch_and_no_pyplot() -> None:
    check = "import polariscope.reports, sys; sys.exit(bool({'torch', 'matplotlib.pyplot'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0
