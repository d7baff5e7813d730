"""The row of the consent: a box to tick, and the sentence that is agreed to."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from ui.widgets.touchable import Touchable


class ConsentRow(Touchable):
    """Shows `text`. `asked`: 完成 was pressed without it."""

    text = StringProperty("")
    agreed = BooleanProperty(False)
    asked = BooleanProperty(False)
