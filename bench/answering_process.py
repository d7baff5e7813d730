"""A process that does one measured thing and answers with one line of JSON."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from typing import Any

from bench.environment import device_environment
from device.errors import ChuangpingError


def answer_of(command: Sequence[str]) -> dict[str, Any]:
    """What `command` prints. Raises ChuangpingError with its complaint when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=device_environment())
    if done.returncode:
        raise ChuangpingError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
