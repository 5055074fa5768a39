import subprocess
import sys

import polariscope.models


def test_every_public_name_is_there() -> None:
    for name in polariscope.models.__all__:
        assert getattr(polariscope.models, name).__doc__


def test_importing_loads_no_model_library() -> None:
    heavy = "{'torch', 'transformers', 'numpy', 'jinja2', 'huggingface_hub'}"
    code = f"import sys, polariscope.models; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
