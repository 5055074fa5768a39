"""The public list is complete, and statistics start fast."""

import subprocess
import sys

from polariscope import statistics


def test_the_public_list_is_sorted_and_importable_and_says_what_it_does():
    assert sorted(statistics.__all__) == statistics.__all__
    for name in statistics.__all__:
        assert getattr(statistics, name).__doc__, name


def test_no_heavy_library_comes_along():
    listing = "import sys, polariscope.statistics; print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"torch", "transformers", "matplotlib", "pandas", "scipy.stats"} & set(modules)
