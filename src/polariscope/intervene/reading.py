"""The one general call: these prompts, these edits, the last position's logits."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Literal

import torch
from torch import nn

from polariscope.errors import PolariscopeError
from polariscope.intervene.decoder import find_blocks, width_of
from polariscope.intervene.edits import Row, Tokens, check_rows
from polariscope.intervene.fast import FastPath
from polariscope.intervene.plain import PlainPath

PathName = Literal["plain", "fast"]


def open_path(model: nn.Module, name: str, prefix: Tokens = ()) -> PlainPath | FastPath:
    """Return one of the two ways of reading a model.

    Args:
        model: A decoder of the transformers library, in eval mode.
        name: "plain" or "fast".
        prefix: Token ids that all prompts share.

    Returns:
        The path.

    Raises:
        PolariscopeError: There is no path of that name.
    """
    if name == "plain":
        return PlainPath(model)
    if name == "fast":
        return FastPath(model, prefix)
    raise PolariscopeError("path", "plain or fast", name, "give one of the two")


def last_logits(
    model: nn.Module, prompts: Sequence[Tokens], rows: Sequence[Row], path: PathName = "fast"
) -> torch.Tensor:
    """Logits of each row's last position: the model reads a prompt while edits change its residual stream.

    Args:
        model: A decoder of the transformers library, in eval mode; bit for bit the same afterwards.
        prompts: Token ids of each prompt.
        rows: Which prompt, under which edits.
        path: "plain" runs the library's whole forward pass a row; "fast" only what the edits can reach.

    Returns:
        Shape (rows, vocabulary), float32, in the order of the rows. In float32 the two paths agree within
        1e-4 max(1, max|z|); an edit of zero gives the very bits of no edit on the same path.
    """
    check_rows(rows, prompts, len(find_blocks(model)), width_of(model))
    starts = [row.first_position for row in rows if row.edits]
    columns = zip(*prompts, strict=False) if len(prompts) > 1 else ()
    shared = sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))
    longest = min([shared, *starts, *(len(p) - 1 for p in prompts)])
    reader = open_path(model, path, prompts[0][:longest])
    clean = reader.clean(prompts, keep=sorted({edit.block for row in rows for edit in row.edits}))
    return reader.edited(clean, rows)  # type: ignore[arg-type]
