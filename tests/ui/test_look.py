"""Everything can be seen: contrasts measured in drawn pixels, with every eye, palette and glass."""

from __future__ import annotations

from itertools import combinations

import pytest
from PIL import Image, ImageChops

from device.level import Level
from tests.ui.panels import LIGHTS, PANELS
from tests.ui.seeing import Part, contrast, cut_out, shades
from tests.ui.sittings import RESTING, Drawn

pytestmark = pytest.mark.parametrize("screens", PANELS + LIGHTS, indirect=True, ids=str, scope="session")


def test_letters_stand_out_from_what_is_behind_them(screens: list[Drawn]) -> None:
    for screen in screens:
        for text in screen.having("text"):
            least = 7.0 if screen.panel.strong else 4.5
            assert text["to_ground"] >= least, (screen.name, text)
            assert text["drawn_to_ground"] >= least, (screen.name, text)


def test_what_can_be_pressed_or_ticked_stands_out_from_its_surroundings(screens: list[Drawn]) -> None:
    for screen in screens:
        for part in screen.having("frame"):
            assert part["to_outside"] >= 3, (screen.name, part)


def test_the_time_left_stands_out_from_the_time_gone(screens: list[Drawn]) -> None:
    for screen in screens:
        for bar in screen.having("bar"):
            assert bar["to_gone"] >= 3, (screen.name, bar)


def test_signs_stand_out_for_every_eye(screens: list[Drawn]) -> None:
    for screen in screens:
        for sign in screen.having("sign"):
            assert sign["to_ground"] >= 3, (screen.name, sign)


def test_a_face_stands_out_from_its_tile_and_its_lines_from_the_face_for_every_eye(
    screens: list[Drawn],
) -> None:
    for screen in screens:
        for face in screen.having("face"):
            assert face["to_tile"] >= 3, (screen.name, face)
            assert face["lines_to_disc"] >= 3, (screen.name, face)


def test_the_five_levels_are_told_apart_without_colours(screens: list[Drawn]) -> None:
    for screen in screens:
        faces = screen.having("face")
        if not faces:
            continue
        picture = screen.picture
        assert sorted(face["face"] for face in faces) == sorted(level.value for level in Level)
        assert len({(face["x"], face["y"]) for face in faces}) == len(Level)
        features = [drawn_lines(picture, face) for face in faces]
        for one, other in combinations(features, 2):
            apart = ImageChops.difference(one, other).histogram()[255]
            assert apart > one.histogram()[255] / 4, screen.name
        tiles = [part for part in screen.having("target") if part["target"][0] == "LevelTile"]
        said = [tuple(t["text"] for t in screen.having("text") if within(t, tile)) for tile in tiles]
        # Its number, its word, and unless it is enlarged its other word.
        assert [len(texts) for texts in said] == [2 if "-larger-" in screen.name else 3] * 5, screen.name
        for texts in zip(*map(sorted, said), strict=True):
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


def test_idle_screens_are_dark_at_night_and_light_by_day(screens: list[Drawn]) -> None:
    for screen in screens:
        if screen.name.startswith(RESTING):
            (_, ground), *_ = shades(screen.picture)
            light = contrast(ground, (0, 0, 0))
            assert light < 1.5 if screen.panel.dark else light > 15, screen.name
