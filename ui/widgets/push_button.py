"""A button with words in a frame."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty

from ui.widgets.touchable import Touchable


class PushButton(Touchable):
    """Shows `button`; takes no room and no touches while it is None. `filled`: the one most will want next.
    `quiet`: one that few will want. `inverted`: it stands on dark ground."""

    button = ObjectProperty(None, allownone=True, rebind=True)
    filled = BooleanProperty(False)
    quiet = BooleanProperty(False)
    inverted = BooleanProperty(False)
