"""Everything can be seen: contrasts measured in drawn pixels, with every eye, palette and glass."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from device.faults import Fault
from device.level import Level
from device.snapshot import Notice, Snapshot
from tests.ui import report, snapshots
from tests.ui.panels import LARGER, SEVEN, Panel
from tests.ui.seeing import EYES, Part, contrast, cut_out, ink_and_ground, pixel, shades
from tests.ui.window_process import WindowProcess

NOW = {"night_from": "10:00", "night_to": "10:30"}  # by the clock that the window is given
LIGHTS: dict[str, dict[str, object]] = {
    "day": {},
    "high": {"contrast": "high"},
    "night": NOW,
    "high-night": NOW | {"contrast": "high"},
}
SHOWN = [(panel, "day") for panel in (*SEVEN, LARGER[0], LARGER[3], LARGER[5])] + [
    (panel, light) for panel in (SEVEN[1], SEVEN[3]) for light in LIGHTS if light != "day"
]


@dataclasses.dataclass(frozen=True)
class Seen:
    name: str
    panel: Panel
    light: str
    picture: Image.Image
    parts: list[Part]

    def having(self, what: str) -> list[Part]:
        return [part for part in self.parts if what in part]

    @property
    def for_text(self) -> float:
        return 7.0 if "high" in self.light else 4.5


def resting(language: str) -> dict[str, Snapshot]:
    """What the night darkens."""
    return {
        "idle": snapshots.idle(language, clerk="C0231"),
        "idle-refused": snapshots.idle(language, notice=Notice.NOT_INVITED, fault=Fault.PANEL_LOST),
        "paused": snapshots.paused(language, fault=Fault.KEY_STUCK),
        "cleaning": snapshots.cleaning(language),
    }


def asking(language: str) -> dict[str, Snapshot]:
    every = snapshots.every_screen(language)
    names = ("level", "level-pressed-broken", "level-changing", "reasons-2-0", "words", "thanks", "declined")
    more = ("cannot-F-014", "key-test", "key-test-missing", "level-test", "level-last", "phone")
    more += ("spoken-explored", "spoken-reasons-0", "receipt-word", "receipt-code", "reasons-test-short")
    return {name: every[name] for name in names + more}


@pytest.fixture(scope="module", params=SHOWN, ids=lambda given: f"{given[0]}-{given[1]}")
def screens(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Seen]:
    return list(draw(tmp_path_factory.mktemp("seen"), *request.param))


def draw(folder: Path, panel: Panel, light: str) -> Iterator[Seen]:
    number = 0
    to = report.folder(f"{panel}-{light}")
    with WindowProcess(
        size=panel.size, screenshot=folder / "screen.png", **panel.ui, **LIGHTS[light]
    ) as window:
        for language in snapshots.LANGUAGES:
            for name, snapshot in (
                resting(language) | ({} if "night" in light else asking(language))
            ).items():
                number += 1
                picture = window.picture(dataclasses.replace(snapshot, number=number))
                shutil.copyfile(folder / "screen.png", to / f"{name}-{language}.png")
                yield Seen(f"{name}-{language}", panel, light, picture, window.inspect()["found"])
    report.write_index()


def test_letters_stand_out_from_what_is_behind_them(screens: list[Seen]) -> None:
    rim = 2 * screens[0].panel.layout.px(0.9) + 1  # of a box that the letters are in the middle of
    for screen in screens:
        for text in screen.having("text"):
            letters = cut_out(screen.picture, text, min(rim, text["height"] // 8, text["width"] // 8))
            assert ink_and_ground(letters) >= screen.for_text, (screen.name, text)


def test_what_can_be_pressed_or_ticked_stands_out_from_its_surroundings(screens: list[Seen]) -> None:
    for screen in screens:
        for part in screen.having("frame"):
            middle = part["y"] + part["height"] / 2
            outside = pixel(screen.picture, part["x"] - 3, middle)
            frame = pixel(screen.picture, part["x"] + part["frame"] / 2, middle)
            assert contrast(frame, outside) >= 3, (screen.name, part)


def test_the_time_left_stands_out_from_the_time_gone(screens: list[Seen]) -> None:
    for screen in screens:
        for bar in screen.having("bar"):
            middle = bar["y"] + bar["height"] / 2
            left = pixel(screen.picture, bar["x"] + bar["width"] * bar["bar"] / 2, middle)
            gone = pixel(screen.picture, bar["x"] + bar["width"] * (1 + bar["bar"]) / 2, middle)
            assert contrast(left, gone) >= 3, (screen.name, bar)


def test_signs_stand_out_for_every_eye(screens: list[Seen]) -> None:
    for screen in screens:
        for sign in screen.having("sign"):
            for eye in EYES:
                strong = ink_and_ground(
                    cut_out(screen.picture, sign), lambda one, other, eye=eye: contrast(one, other, eye)
                )
                assert strong >= 3, (screen.name, eye, sign)


def test_a_face_stands_out_from_its_tile_and_its_lines_from_the_face_for_every_eye(
    screens: list[Seen],
) -> None:
    for screen in screens:
        for face in screen.having("face"):
            # The square around a disc: its corners are the tile, and the disc is the most of it.
            (_, disc), (_, lines), *_ = shades(cut_out(screen.picture, face, face["width"] * 0.16))
            corner = pixel(screen.picture, face["x"] + 1, face["y"] + 1)
            for eye in EYES:
                assert contrast(disc, corner, eye) >= 3, (screen.name, eye, face)
                assert contrast(lines, disc, eye) >= 3, (screen.name, eye, face)


def test_the_five_levels_are_told_apart_without_colours(screens: list[Seen]) -> None:
    for screen in screens:
        faces = screen.having("face")
        if not faces:
            continue
        assert sorted(face["face"] for face in faces) == sorted(level.value for level in Level)
        assert len({(face["x"], face["y"]) for face in faces}) == len(Level)
        features = [drawn_lines(screen.picture, face) for face in faces]
        for one, other in combinations(features, 2):
            apart = ImageChops.difference(one, other).histogram()[255]
            assert apart > one.histogram()[255] / 4, screen.name
        tiles = [part for part in screen.having("target") if part["target"][0] == "LevelTile"]
        said = [tuple(t["text"] for t in screen.having("text") if within(t, tile)) for tile in tiles]
        assert [len(texts) for texts in said] == [3] * 5, (screen.name, said)
        for texts in zip(*map(sorted, said), strict=True):  # its number, its word, its other word
            assert len(set(texts)) == 5, (screen.name, texts)


def drawn_lines(picture: Image.Image, face: Part) -> Image.Image:
    """White where a face has eyes, mouth and brows: nearer to its paper than to its disc, in greys."""
    inner = cut_out(picture, face, face["width"] * 0.16).convert("L")
    lightest, darkest = inner.getextrema()
    middle = (lightest + darkest) / 2  # type: ignore[operator]
    return inner.point(lambda grey: 255 if grey > middle else 0)


def within(part: Part, around: Part) -> bool:
    x, y = part["x"] + part["width"] / 2, part["y"] + part["height"] / 2
    return bool(
        around["x"] < x < around["x"] + around["width"] and around["y"] < y < around["y"] + around["height"]
    )


def test_idle_screens_are_dark_at_night_and_light_by_day(screens: list[Seen]) -> None:
    for screen in screens:
        (_, ground), *_ = shades(screen.picture)
        light = contrast(ground, (0, 0, 0))
        assert light < 1.5 if "night" in screen.light else light > 15, screen.name
