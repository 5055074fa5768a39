"""From a name to what it names: a specimen, or a function of the user's own."""

from collections.abc import Callable

from polariscope.crystal.instruments.llc.experiment import Llc
from polariscope.crystal.instruments.llc.specimens import find_named
from polariscope.crystal.instruments.llc.subject import Subject
from polariscope.crystal.specimens.loading import split_name
from polariscope.errors import PolariscopeError

ALONG_TRAINING = ("modular-addition",)
"""Specimens with checkpoints."""


def find_subject(experiment: Llc, report: Callable[[str], None] = lambda _: None) -> Subject:
    """Find what is to be examined; what is no name at all is refused before torch is loaded.

    Args:
        experiment: What is asked for.
        report: Is told in one line what takes a while.

    Returns:
        The subject.

    Raises:
        PolariscopeError: Nothing has that name, it has no checkpoints to match, or its own rules refuse it.
    """
    named = find_named(experiment.subject)
    if named is None:
        split_name(experiment.subject)
    kind = None if named is None else named.kind
    if experiment.matched and kind not in ALONG_TRAINING:
        cure = f"leave it out, or examine {' or '.join(ALONG_TRAINING)}"
        rule = "checkpoints of a training run, whose losses can be matched"
        raise PolariscopeError("--matched", rule, experiment.subject, cure)
    from polariscope.crystal.instruments.llc.opening import open_subject

    return open_subject(experiment, named, report)
