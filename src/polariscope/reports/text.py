"""Words for numbers, and foreign text made harmless to read."""

import math
import unicodedata

_MINUS = "\N{MINUS SIGN}"
_NAN = "not a number"
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
"""Unicode categories that draw nothing of their own: control, format (bidi among them), private, surrogate."""


def visible(text: str) -> str:
    r"""Show every character that would hide, reorder or end the text around it as its code point.

    Line breaks and tabs stay. What remains may still be markup: escaping is the page's part.

    >>> visible("safe\x1b[2J\u202egnp.exe")
    'safe⟨U+001B⟩[2J⟨U+202E⟩gnp.exe'

    Args:
        text: Anything, also lone surrogates.

    Returns:
        Text that can be encoded in UTF-8.
    """
    return "".join(f"⟨U+{ord(c):04X}⟩" if _hides(c) else c for c in text)


def percent(share: float, digits: int = 1) -> str:
    """100 x share with a percent sign.

    >>> percent(0.2345), percent(float("nan"))
    ('23.4%', 'not a number')

    Args:
        share: In [0, 1], or a difference of such.
        digits: After the point.

    Returns:
        The text.
    """
    return _NAN if math.isnan(share) else f"{share:.{digits}%}".replace("-", _MINUS)


def points(difference: float) -> str:
    """100 x a difference of shares, signed, in percentage points.

    >>> points(0.05), points(-0.031)
    ('+5.0', '−3.1')

    Args:
        difference: Of two shares, in [-1, 1].

    Returns:
        The text, without a unit.
    """
    return number(100 * difference, 1, signed=True)


def number(value: float, digits: int = 2, *, signed: bool = False) -> str:
    """Round a number to so many digits after the point; what is nearly zero keeps its side of it.

    >>> number(-0.1234), number(2.0, signed=True), number(float("nan")), number(float("inf"))
    ('−0.12', '+2.00', 'not a number', '∞')
    >>> number(-0.001), number(0.0, signed=True), number(-0.0)
    ('−0.00', '0.00', '0.00')

    Args:
        value: Any float.
        digits: After the point.
        signed: Whether a plus is written.

    Returns:
        The text, with a true minus.
    """
    if math.isnan(value):
        return _NAN
    if math.isinf(value):
        return "∞" if value > 0 else _MINUS + "∞"
    sign = "+" if signed and value else ""
    return f"{value + 0.0:{sign}.{digits}f}".replace("-", _MINUS)


def p_value(p: float) -> str:
    """Write a p-value with two significant digits, and no smaller than resampling can tell.

    >>> p_value(0.034), p_value(0.00002), p_value(1.0), p_value(float("nan"))
    ('0.034', '< 0.0001', '1', 'not a number')

    Args:
        p: In [0, 1].

    Returns:
        The text.
    """
    if math.isnan(p):
        return _NAN
    return "< 0.0001" if p < 1e-4 else f"{p:.2g}"


def counted(count: int, thing: str) -> str:
    """Count things in words.

    >>> counted(1, "trial"), counted(1500, "trial")
    ('1 trial', '1,500 trials')

    Args:
        count: How many.
        thing: What, in the singular.

    Returns:
        Both.
    """
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _hides(character: str) -> bool:
    return character not in "\n\t" and unicodedata.category(character) in _HIDDEN
