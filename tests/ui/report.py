"""The pictures of the test report: a folder for each glass, and one page that shows them all."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from ui.layout import MM_PER_INCH

REPORT = Path(__file__).parents[2] / "test-report" / "screens"
PAGE = Path(__file__).with_name("report.html")

_GLASS = re.compile(r"(?P<width>\d+)x(?P<height>\d+)-(?P<inches>[\d.]+)in(?:-(?P<named>.+))?")
_SCREEN = re.compile(r"(?P<name>.+?)-(?P<language>zh-Han[st]|[a-z]{2})")


def folder(name: str) -> Path:
    """The folder for the pictures of one glass, empty."""
    found = REPORT / name
    found.mkdir(parents=True, exist_ok=True)
    for picture in found.iterdir():
        picture.unlink()
    return found


def write_index(report: Path = REPORT) -> None:
    """The page of all pictures there are now. Two processes may do it at a time: whole each."""
    glasses = [_glass(path) for path in sorted(report.iterdir()) if _GLASS.fullmatch(path.name)]
    glasses.sort(key=lambda glass: (bool(glass["named"]), glass["inches"], glass["height"] > glass["width"]))  # type: ignore[operator]
    others = sorted(str(path.relative_to(report)) for path in report.glob("golden/*/*.png"))
    told = json.dumps({"glasses": glasses, "others": others}, ensure_ascii=False).replace("</", "<\\/")
    beside = report / f".index.{os.getpid()}"
    beside.write_text(PAGE.read_text("utf-8").replace("{{ TOLD }}", told), "utf-8")
    beside.replace(report / "index.html")


def _glass(path: Path) -> dict[str, object]:
    """A glass with its pixels and millimetres, and the names of its screens by language."""
    glass = _GLASS.fullmatch(path.name)
    assert glass
    width, height = int(glass["width"]), int(glass["height"])
    inches = float(glass["inches"])
    screens: dict[str, list[str]] = {}
    for picture in sorted(path.glob("*.webp"), key=lambda picture: picture.stat().st_mtime_ns):
        if screen := _SCREEN.fullmatch(picture.stem):
            screens.setdefault(screen["language"], []).append(screen["name"])
    pitch_mm = inches * MM_PER_INCH / (width**2 + height**2) ** 0.5
    return {
        "folder": path.name,
        "width": width,
        "height": height,
        "inches": inches,
        "named": glass["named"],
        "width_mm": round(width * pitch_mm, 1),
        "height_mm": round(height * pitch_mm, 1),
        "screens": screens,
    }
