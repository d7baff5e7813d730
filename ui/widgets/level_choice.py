"""What can be pressed to give one level, however it is laid out."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty

from device.events import LevelTile as LevelTarget
from device.level import Level
from ui.views import TileView
from ui.widgets.touchable import Touchable


class LevelChoice(Touchable):
    """Shows `tile`."""

    tile = ObjectProperty(
        TileView(
            Level.SATISFIED,
            "",
            "",
            1,
            "",
            1,
            pressed=False,
            standing=False,
            target=LevelTarget(Level.SATISFIED),
        ),
        rebind=True,
    )
    marked = BooleanProperty(False)
