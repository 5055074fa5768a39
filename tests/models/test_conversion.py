from pathlib import Path

import pytest

from polariscope.errors import PolariscopeError
from polariscope.models.conversion import Provenance, read_provenance


def test_a_provenance_is_read_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "polariscope.json").write_text('{"origin": "a.gguf", "weights_note": "dequantised Q8_0"}')
    assert read_provenance(tmp_path) == Provenance("a.gguf", "dequantised Q8_0")


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"origin": 1}'])
def test_a_folder_without_one_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "polariscope.json").write_text(content)
    with pytest.raises(PolariscopeError, match="tells its origin"):
        read_provenance(tmp_path)
