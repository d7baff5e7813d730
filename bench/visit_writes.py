"""What a whole visit makes the device and the agent write, file by file, in the running loop."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

from bench.figures import table
from bench.stand import Stand
from bench.system_calls import Attached, calls

COUNT = 100

_SETTLE_S = 1.0  # the last receipt is written


def measure(count: int, stand: Stand) -> str:
    """Trace device and agent over `count` visits: invited, pressed, left alone, receipted."""
    output = stand.folder() / "trace"
    demo = stand.demo()
    with Attached(output, [demo.pids["device"], demo.pids["sync"]]):
        for _ in range(count):
            demo.visit()
        time.sleep(_SETTLE_S)
    syncs: Counter[str] = Counter()
    written: Counter[str] = Counter()
    for call in calls(output):
        path = Path(call.path)
        if path.is_relative_to(demo.layout.folder):
            syncs[path.name] += call.syncs
            written[path.name] += call.written
    lines = {name: (syncs[name], written[name]) for name in sorted(written)}
    for name, ending in (("all logs together", "-wal"), ("and with the checkpoints that fell due", ".db")):
        kept = [file for file in written if file.endswith(("-wal", ending))]
        lines[name] = (sum(syncs[file] for file in kept), sum(written[file] for file in kept))
    return table(
        ["for one visit", "fsyncs", "kB"],
        [[name, f"{s / count:.2f}", f"{w / count / 1000:.2f}"] for name, (s, w) in lines.items()],
    )
