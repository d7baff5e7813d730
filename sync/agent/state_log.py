"""Logging by transitions: a state of affairs is said when it begins, not each time it is met."""

from __future__ import annotations

import logging


class StateLog:
    """Remembers what was last said of each subject. Belongs to one thread."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._said: dict[str, str] = {}

    def well(self, subject: str, state: str) -> None:
        """`subject` is as it should be."""
        if self._changed(subject, state):
            self._log.info("%s state=%r", subject, state)

    def trouble(self, subject: str, state: str) -> None:
        """`subject` is not as it should be."""
        if self._changed(subject, state):
            self._log.warning("%s state=%r", subject, state)

    def _changed(self, subject: str, state: str) -> bool:
        changed = self._said.get(subject) != state
        self._said[subject] = state
        return changed
