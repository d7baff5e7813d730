"""The row of one reason: a box to tick, the number of its key, the official words."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty

from ui.widgets.touchable import Touchable


class ReasonRow(Touchable):
    """Shows `reason`; nothing while it is None."""

    reason = ObjectProperty(None, allownone=True, rebind=True)
    chosen = BooleanProperty(False)
