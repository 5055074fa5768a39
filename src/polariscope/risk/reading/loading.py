"""Loading an edition: ours, or ours with a user's laid over it."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from polariscope.risk.edition import Edition
from polariscope.risk.reading.checking import check_edition
from polariscope.risk.reading.composing import compose
from polariscope.risk.reading.overlay import lay_over, read_overlay
from polariscope.risk.reading.sheet import Sheet, read_sheet


def load_edition(overlay: Path | None = None) -> Edition:
    """Load an edition, checked.

    >>> load_edition().id
    'polariscope-1'

    Args:
        overlay: A user's edition, .toml or .json, laid over ours; default: ours alone.

    Returns:
        The edition; with an overlay its id names both, and its changes say what differs.

    Raises:
        PolariscopeError: The overlay cannot be read, breaks a rule of its format, names what there is not, or has
            a family that builds on itself or that nothing opens.
    """
    if overlay is None:
        return our_edition()
    return edition_of(lay_over(_our_sheet(), read_overlay(overlay), str(overlay)), str(overlay))


@cache
def our_edition() -> Edition:
    """Our edition, read once.

    Returns:
        The edition.
    """
    return edition_of(_our_sheet(), "our edition")


def edition_of(sheet: Sheet, source: str) -> Edition:
    """Put tables together and check what comes out.

    Args:
        sheet: The tables.
        source: Where they are from, for refusals.

    Returns:
        The edition.

    Raises:
        PolariscopeError: A rule names what there is not, builds on itself, or cannot be met.
    """
    edition = compose(sheet, source)
    check_edition(edition, source)
    return edition


@cache
def _our_sheet() -> Sheet:
    return read_sheet(files("polariscope.risk") / "data")
