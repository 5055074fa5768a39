"""What a user can mend: one error, which names the argument, the rule, the value it got, and the cure."""

_LONGEST_VALUE = 200


def printable(text: object, limit: int = _LONGEST_VALUE) -> str:
    r"""Make foreign text safe for one line of a terminal: no control characters, no endless value.

    Args:
        text: Anything; its ``str`` is shown.
        limit: Longest text shown whole, in characters.

    Returns:
        One line in which every character that is not printable stands escaped.

    >>> printable("a\x1b[2Jb")
    'a\\x1b[2Jb'
    >>> printable("x" * 300, limit=5)
    'xxxxx...'
    """
    line = str(text)[: limit + 1]
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in line)
    return safe if len(line) <= limit else safe[:limit] + "..."


class PolariscopeError(Exception):
    """A mistake the user can mend; the command line prints it without a traceback and exits with 2.

    >>> print(PolariscopeError("--layer", "a fraction lies in [0, 1]", 1.5, "give 0.25, or a block's index"))
    --layer: a fraction lies in [0, 1]; got 1.5. Cure: give 0.25, or a block's index.

    Args:
        argument: The argument, file or variable at fault, as the user wrote or would write it.
        rule: What holds for it.
        value: What was given instead.
        cure: What to do.
    """

    def __init__(self, argument: str, rule: str, value: object, cure: str) -> None:
        self.argument, self.rule, self.value, self.cure = argument, rule, printable(value), cure
        super().__init__(argument, rule, self.value, cure)

    def __str__(self) -> str:
        return f"{printable(self.argument)}: {self.rule}; got {self.value}. Cure: {self.cure}."
