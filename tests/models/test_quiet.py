import warnings

import pytest
from huggingface_hub import utils as hub
from transformers.utils import logging

from polariscope.models.quiet import quiet_libraries


def test_all_is_as_before_also_after_an_exception() -> None:
    before = logging.get_verbosity(), logging.is_progress_bar_enabled(), hub.are_progress_bars_disabled()
    with quiet_libraries():
        assert logging.get_verbosity() == logging.CRITICAL
        assert not logging.is_progress_bar_enabled()
    with pytest.raises(ZeroDivisionError), quiet_libraries():
        raise ZeroDivisionError
    assert (
        logging.get_verbosity(),
        logging.is_progress_bar_enabled(),
        hub.are_progress_bars_disabled(),
    ) == before


def test_what_was_off_stays_off() -> None:
    logging.disable_progress_bar()
    try:
        with quiet_libraries():
            pass
        assert not logging.is_progress_bar_enabled()
    finally:
        logging.enable_progress_bar()


def test_warnings_are_silent_inside_and_only_inside() -> None:
    with quiet_libraries():
        warnings.warn("unheard", stacklevel=1)
    with pytest.warns(UserWarning, match="heard"):
        warnings.warn("heard", stacklevel=1)
