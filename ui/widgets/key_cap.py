"""A key of the keyboard on the screen."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from ui.widgets.touchable import Touchable


class KeyCap(Touchable):
    """Shows `text` in letters `em` pixels high. `filled`: the one most will want next.

    `passing`: as of a Text."""

    text = StringProperty("")
    em = NumericProperty(24)
    filled = BooleanProperty(False)
    passing = BooleanProperty(False)
