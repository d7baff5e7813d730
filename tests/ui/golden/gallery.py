"""Which screens are kept as pictures, where, and when a screen that is drawn is the same as its picture."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

from tests.ui.panels import LARGER, LIGHTS, SEVEN, Panel

HERE = Path(__file__).parent
GLASSES = (SEVEN[0], SEVEN[1], SEVEN[3], SEVEN[4], LIGHTS[0], LIGHTS[4], LARGER[5])

KEPT = (
    *("idle-photo", "idle-refused-broken", "idle-read", "paused", "cleaning", "cannot-F-014", "key-test"),
    *("level", "level-larger", "level-changing", "level-last", "phone", "spoken-3", "spoken-reasons-0"),
    *("reasons-2-0", "reasons-2-larger", "words", "receipt-word", "receipt-code", "thanks"),
)
FEW = (
    *(
        "idle-photo",
        "paused",
        "cleaning",
        "level-larger",
        "level-changing",
        "reasons-2-0",
        "phone",
        "spoken-3",
    ),
)
"""On a glass that others stand for but in its light, or in its size."""
NIGHTLY = ("idle-photo", "idle-refused-broken", "paused", "cleaning")

SMALL_IN = 7

COLOURS = 48  # of a picture that is kept: soft edges and all
BLUR = 2.0
APART = 56
MOST_APART = 24
"""Another version of the drawing or font library moves edges by a part of a pixel: blurred, that is little. A
stroke that is missing, or letters a few pixels away, are more than APART in more than MOST_APART pixels."""


def kept(glass: Panel) -> list[str]:
    """The names of the screens that are kept for `glass`."""
    return [
        f"{name}-{language}"
        for language in glass.drawn
        for name in (NIGHTLY if glass.resting else FEW if glass.more or glass.inches > SMALL_IN else KEPT)
    ]


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
    if one.size != other.size:
        return False
    bands = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getextrema()
    if max(most for _, most in bands) <= APART:  # type: ignore[misc]
        return True  # blurred they would be nearer still
    return difference(one, other).histogram()[255] <= MOST_APART
