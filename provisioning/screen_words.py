"""What the screens' own process says about words: `python -m ui`, which alone reads packs of texts."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any


def asked(*arguments: str) -> dict[str, Any]:
    """What the screens' own process answers; its errors are its own, and its exit code then ours."""
    done = subprocess.run([sys.executable, "-m", "ui", *arguments], stdout=subprocess.PIPE, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith(b"{")]
    if not lines:
        sys.exit(done.returncode or 1)
    answer: dict[str, Any] = json.loads(lines[-1])
    return answer
