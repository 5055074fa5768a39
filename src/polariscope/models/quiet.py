"""Silence around the libraries that load models: their bars, logs and warnings are not for our users."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """No progress bar, log line or warning from transformers and huggingface_hub; both as before afterwards.

    Yields:
        Nothing.
    """
    from huggingface_hub import utils as hub
    from huggingface_hub.utils import logging as hub_log
    from transformers.utils import logging as log

    verbosity, hub_verbosity = log.get_verbosity(), hub_log.get_verbosity()
    bar, hub_bar = log.is_progress_bar_enabled(), not hub.are_progress_bars_disabled()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        log.set_verbosity(log.CRITICAL)
        hub_log.set_verbosity(hub_log.CRITICAL)
        log.disable_progress_bar()
        hub.disable_progress_bars()
        try:
            yield
        finally:
            log.set_verbosity(verbosity)
            hub_log.set_verbosity(hub_verbosity)
            if bar:
                log.enable_progress_bar()
            if hub_bar:
                hub.enable_progress_bars()
