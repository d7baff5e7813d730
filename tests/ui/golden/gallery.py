"""Which screens are kept as pictures, where, and when a screen that is drawn is the same as its picture."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

from device.snapshot import Snapshot
from tests.ui import snapshots
from tests.ui.panels import Panel
from tests.ui.window_process import WindowProcess

HERE = Path(__file__).parent
NIGHT = {"night_from": "10:00", "night_to": "10:30"}  # by the clock that the window is given
GLASSES = (
    Panel((1024, 600)),
    Panel((800, 480)),
    Panel((600, 1024)),
    Panel((1024, 600), more=NIGHT | {"contrast": "high"}, named="night-high"),
    Panel((1080, 1920), 15.6),
)

KEPT = (
    *("idle-photo", "idle-refused-broken", "idle-read", "paused", "cleaning", "cannot-F-014", "key-test"),
    *("level", "level-changing", "level-last", "phone", "spoken-explored", "spoken-reasons-0"),
    *("reasons-2-0", "words", "receipt-word", "receipt-code", "thanks"),
)
FEW = ("idle-photo", "paused", "cleaning", "level-changing", "reasons-2-0", "phone", "spoken-explored")
"""On a glass that others stand for but in its light, or in its size."""

SMALL_IN = 7

COLOURS = 48  # of a picture that is kept: soft edges and all
BLUR = 2.0
APART = 56
MOST_APART = 24
"""Another version of the drawing or font library moves edges by a part of a pixel: blurred, that is little. A
stroke that is missing, or letters a few pixels away, are more than APART in more than MOST_APART pixels."""


def kept(glass: Panel) -> Iterator[tuple[str, Snapshot]]:
    """The screens that are kept for `glass`, by name."""
    for language in snapshots.LANGUAGES:
        every = snapshots.every_screen(language)
        for name in FEW if glass.more or glass.inches > SMALL_IN else KEPT:
            yield f"{name}-{language}", every[name]


def draw(glass: Panel, folder: Path) -> Iterator[tuple[str, Image.Image]]:
    """Those screens as they are drawn now."""
    with WindowProcess(size=glass.size, screenshot=folder / "screen.png", **glass.ui) as window:
        for number, (name, snapshot) in enumerate(kept(glass), start=1):
            yield name, window.picture(dataclasses.replace(snapshot, number=number))


def folder_of(glass: Panel) -> Path:
    return HERE / str(glass)


def accept(glass: Panel, pictures: Iterable[tuple[str, Image.Image]]) -> int:
    """Keep `pictures`, and no others, for `glass`; how many they are."""
    folder = folder_of(glass)
    folder.mkdir(exist_ok=True)
    before = set(folder.glob("*.png"))
    now = set()
    for name, picture in pictures:
        path = folder / f"{name}.png"
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        now.add(path)
    for path in before - now:
        path.unlink()
    return len(now)


def difference(one: Image.Image, other: Image.Image) -> Image.Image:
    """White where the two are not the same, black elsewhere."""
    soft = (image.convert("RGB").filter(ImageFilter.GaussianBlur(BLUR)) for image in (one, other))
    bands = ImageChops.difference(*soft).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return most.point(lambda apart: 255 if apart > APART else 0)


def is_same(one: Image.Image, other: Image.Image) -> bool:
    """Whether somebody who looks from the one to the other sees the same screen."""
    return one.size == other.size and difference(one, other).histogram()[255] <= MOST_APART
