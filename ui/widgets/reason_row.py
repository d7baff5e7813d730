"""The row of one reason: a box to tick, the number of its key, the official words."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ListProperty, ObjectProperty

from ui.widgets.touchable import Touchable


class ReasonRow(Touchable):
    """Shows `reason`; nothing while it is None. `alike`: what an enlarged one has letters as large as."""

    reason = ObjectProperty(None, allownone=True, rebind=True)
    chosen = BooleanProperty(False)
    alike = ListProperty(())
