"""The pictures of the test report: a folder for each glass, and one page that shows them all."""

from __future__ import annotations

import html
import os
from pathlib import Path

REPORT = Path(__file__).parents[2] / "test-report" / "screens"

_HEAD = """<!doctype html><meta charset="utf-8"><title>Screens</title>
<style>
body { font: 16px sans-serif; margin: 2em; background: #ddd }
figure { display: inline-block; margin: 0 1em 1.5em 0; vertical-align: top }
img { max-width: 420px; max-height: 420px; box-shadow: 0 0 3px #555 }
</style>
"""


def folder(name: str) -> Path:
    """The folder for the pictures of one glass, empty."""
    found = REPORT / name
    found.mkdir(parents=True, exist_ok=True)
    for picture in found.glob("*.png"):
        picture.unlink()
    return found


def write_index() -> None:
    """The page of all pictures there are now. Two processes may do it at a time: whole each."""
    parts = [_HEAD]
    for found in sorted(path for path in REPORT.iterdir() if path.is_dir()):
        parts.append(f"<h2>{html.escape(found.name)}</h2>\n")
        for picture in sorted(found.glob("*.png")):
            at = html.escape(f"{found.name}/{picture.name}")
            name = html.escape(picture.stem)
            parts.append(
                f'<figure><a href="{at}"><img loading="lazy" src="{at}" alt="{name}"></a>'
                f"<figcaption>{name}</figcaption></figure>\n"
            )
    beside = REPORT / f".index.{os.getpid()}"
    beside.write_text("".join(parts), "utf-8")
    beside.replace(REPORT / "index.html")
