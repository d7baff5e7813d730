"""A square picture on the screen, drawn for the pixels it gets."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import NumericProperty, ObjectProperty, OptionProperty, StringProperty
from PIL import Image

from device.level import Level
from device.snapshot import ClerkPhoto
from ui.code import draw_code
from ui.faces import draw_face
from ui.layout import Layout
from ui.palette import Palette
from ui.portrait import draw_portrait
from ui.signs import Sign, draw_sign
from ui.widgets.drawn import Drawn


def texture_of(image: Image.Image) -> Texture:
    """The RGBA picture `image` as a texture. Kivy's thread."""
    texture = Texture.create(size=image.size, colorfmt="rgba")
    texture.blit_buffer(image.tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture


@lru_cache(maxsize=64)
def _face(level: Level, side: int, palette: Palette) -> Texture:
    return texture_of(draw_face(level, side, palette))


@lru_cache(maxsize=64)
def _sign(sign: Sign, side: int, palette: Palette) -> Texture:
    return texture_of(draw_sign(sign, side, palette))


class Picture(Drawn):
    """As large a square as fits, in the middle. A kind of picture says what is drawn."""

    layout = ObjectProperty(Layout(1024, 600))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            Color()
            self._rectangle = Rectangle(size=(0, 0))
        self._drawn: tuple[object, int, Palette] | None = None
        self.fbind("pos", self.draw_soon)
        self.fbind("size", self.draw_soon)
        self.fbind("layout", self.draw_soon)

    def subject(self) -> object:
        """What the picture shows; it is drawn anew when this or the size changes."""
        raise NotImplementedError

    def texture(self, side: int, palette: Palette) -> Texture:
        """The picture, `side` pixels wide and high."""
        raise NotImplementedError

    def draw(self) -> None:
        side = int(min(self.size))
        drawing = (self.subject(), side, self.layout.palette)
        if drawing != self._drawn:
            self._drawn = drawing
            self._rectangle.texture = self.texture(side, self.layout.palette) if side > 0 else None
            self._rectangle.size = (side, side)
        self._rectangle.pos = (round(self.center_x - side / 2), round(self.center_y - side / 2))


class FacePicture(Picture):
    """The face of `level`."""

    level = NumericProperty(int(Level.SATISFIED))

    def on_level(self, *_: object) -> None:
        self.draw_soon()

    def subject(self) -> Level:
        return Level(int(self.level))

    def texture(self, side: int, palette: Palette) -> Texture:
        return _face(self.subject(), side, palette)


class SignPicture(Picture):
    """The sign named `sign`."""

    sign = OptionProperty(Sign.DONE.value, options=[sign.value for sign in Sign])

    def on_sign(self, *_: object) -> None:
        self.draw_soon()

    def subject(self) -> Sign:
        return Sign(self.sign)

    def texture(self, side: int, palette: Palette) -> Texture:
        return _sign(self.subject(), side, palette)


class CodePicture(Picture):
    """The QR code that says `text`."""

    text = StringProperty("")

    def on_text(self, *_: object) -> None:
        self.draw_soon()

    def subject(self) -> str:
        return str(self.text)

    def texture(self, side: int, _palette: Palette) -> Texture:
        # Black on white whatever the hour: a telephone is to read it.
        return texture_of(draw_code(self.subject(), side))


class ClerkPicture(Picture):
    """The portrait in `photo` (ClerkPhoto), or a disc in its place."""

    photo = ObjectProperty(None, allownone=True)

    def on_photo(self, *_: object) -> None:
        self.draw_soon()

    def subject(self) -> ClerkPhoto | None:
        photo: ClerkPhoto | None = self.photo
        return photo

    def texture(self, side: int, palette: Palette) -> Texture:
        photo = self.subject()
        portrait = None if photo is None else draw_portrait(photo.content, side)
        return _sign(Sign.PERSON, side, palette) if portrait is None else texture_of(portrait)
