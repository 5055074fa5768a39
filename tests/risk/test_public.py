"""The public list of `polariscope.risk` is what it says, in whatever order its modules are imported."""

import subprocess
import sys
from types import ModuleType

import polariscope.risk

CHECK = """
import sys
{first}
from polariscope import risk
from types import ModuleType
assert not [name for name in risk.__all__ if isinstance(getattr(risk, name), ModuleType)]
heavy = {{"torch", "transformers", "matplotlib", "scipy"}} & set(sys.modules)
sys.exit(str(sorted(heavy)) if heavy else 0)
"""


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    assert polariscope.risk.__all__ == sorted(polariscope.risk.__all__)
    for name in polariscope.risk.__all__:
        assert not isinstance(getattr(polariscope.risk, name), ModuleType)
        assert getattr(polariscope.risk, name).__doc__, name


def test_no_heavy_library_comes_along_and_no_module_hides_a_name() -> None:
    for first in ("", "import polariscope.risk.regions, polariscope.risk.what_if"):
        done = subprocess.run([sys.executable, "-c", CHECK.format(first=first)], stderr=subprocess.PIPE, text=True)
        assert done.returncode == 0, done.stderr
