"""Contact sheets: all screens of one language and size on one picture, each at half its size."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from ui.gallery import Sample

_GAP = 12
_BEHIND = (90, 100, 110)


class Sheets:
    """Gathers samples of one `size` and writes a PNG for each language into `folder`."""

    def __init__(self, folder: Path, size: str) -> None:
        self._folder = folder
        self._size = size
        self._pictures: dict[str, list[Image.Image]] = {}

    def add(self, sample: Sample) -> None:
        self._pictures.setdefault(sample.language, []).append(sample.picture.reduce(2))

    def write(self) -> list[Path]:
        """The files, as `bo-1024x600.png`. Raises OSError."""
        written = []
        for language, pictures in self._pictures.items():
            path = self._folder / f"{language}-{self._size}.png"
            _sheet(pictures).save(path)
            written.append(path)
        return written


def _sheet(pictures: list[Image.Image]) -> Image.Image:
    width, height = pictures[0].size
    across = 4 if width > height else 7
    down = -(-len(pictures) // across)
    sheet = Image.new("RGB", (across * (width + _GAP) + _GAP, down * (height + _GAP) + _GAP), _BEHIND)
    for n, picture in enumerate(pictures):
        sheet.paste(picture, (_GAP + n % across * (width + _GAP), _GAP + n // across * (height + _GAP)))
    return sheet
