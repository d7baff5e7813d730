"""How a process of the product begins and ends: its log, and its exit code when it cannot go on."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from device.errors import ChuangpingError


def begin_log() -> None:
    """Log to standard error, where a service manager gathers it."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")


@contextmanager
def as_process() -> Iterator[None]:
    """Run the body as a whole process: an error a person can act on is one message and its exit code."""
    begin_log()
    try:
        yield
    except ChuangpingError as error:
        print(error, file=sys.stderr)  # noqa: T201 - for the person who started it
        sys.exit(error.exit_code)
