"""The orders that the agent carries out: the device's own process leaves them alone."""

from __future__ import annotations

COLLECT_LOGS = "collect_logs"

AGENTS_OWN = frozenset({COLLECT_LOGS})
