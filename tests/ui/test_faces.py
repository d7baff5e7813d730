"""The faces and signs are told apart by their shapes alone."""

from itertools import combinations

import pytest
from PIL import Image, ImageChops

from device.level import Level
from ui.faces import FACES, draw_face, points
from ui.palette import DAY
from ui.signs import Sign, draw_sign

SIDE = 96


def features(level: Level) -> Image.Image:
    """Black where the face has its disc, white where it has eyes, mouth and brows."""
    return draw_face(level, SIDE, DAY).convert("L").point(lambda grey: 255 if grey > 200 else 0)


def differing_pixels(one: Image.Image, other: Image.Image) -> int:
    return ImageChops.difference(one, other).histogram()[255]


@pytest.mark.parametrize(("one", "other"), list(combinations(Level, 2)))
def test_every_two_faces_differ_without_their_colours(one: Level, other: Level) -> None:
    drawn = features(one).histogram()[255]
    assert differing_pixels(features(one), features(other)) > drawn / 3


@pytest.mark.parametrize("level", Level)
def test_a_face_looks_the_same_from_left_and_right(level: Level) -> None:
    face = features(level)
    mirrored = face.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert differing_pixels(face, mirrored) < SIDE


def test_mouths_go_down_with_the_level() -> None:
    def rise(level: Level) -> float:
        (_, start), (_, middle), _ = FACES[level].strokes[-1]
        return start - middle

    rises = [rise(level) for level in sorted(Level, reverse=True)]
    assert rises == sorted(rises, reverse=True)
    assert rise(Level.BASICALLY_SATISFIED) == 0


def test_a_curve_begins_and_ends_where_it_says() -> None:
    along = points(((0.0, 0.0), (0.5, 1.0), (1.0, 0.0)))
    assert (along[0], along[-1]) == ((0.0, 0.0), (1.0, 0.0))
    assert max(y for _, y in along) == pytest.approx(0.5)


@pytest.mark.parametrize("sign", Sign)
def test_a_sign_is_drawn_with_smooth_edges_on_clear_ground(sign: Sign) -> None:
    alpha = draw_sign(sign, SIDE, DAY).getchannel("A")
    assert alpha.getpixel((0, 0)) == 0
    assert alpha.getextrema() == (0, 255)
    assert any(alpha.histogram()[1:255])
