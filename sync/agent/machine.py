"""What the machine says of itself: room on the disk, heat of the processor."""

from __future__ import annotations

import shutil
from pathlib import Path

THERMAL = Path("/sys/class/thermal")
_OF_PROCESSOR = ("cpu-thermal", "cpu_thermal", "x86_pkg_temp", "soc-thermal")  # as drivers name their zones


def disk_free(folder: Path) -> int | None:
    """Bytes that may still be written where `folder` is; None when that cannot be told."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def temperature_c(thermal: Path = THERMAL) -> float | None:
    """Of the processor, in °C with one decimal; of the first zone where none is named so; None without any.

    The kernel's Documentation/ABI/testing/sysfs-class-thermal: `temp` is in thousandths of a degree.
    """
    zones = {}
    for zone in sorted(thermal.glob("thermal_zone*")):
        try:
            kind, text = ((zone / name).read_text("ascii").strip() for name in ("type", "temp"))
            zones[kind] = round(int(text) / 1000, 1)
        except (OSError, ValueError):
            continue  # a zone may be there and not answer
    named = [zones[kind] for kind in _OF_PROCESSOR if kind in zones]
    readings = [value for value in (*named, *zones.values()) if -100 <= value <= 200]
    return readings[0] if readings else None
