"""The row of one field of a form: what it is for, and what was typed in it."""

from __future__ import annotations

from kivy.properties import StringProperty

from ui.widgets.touchable import Touchable


class FieldRow(Touchable):
    """Shows `label`, then `value`, or `empty` while there is none."""

    label = StringProperty("")
    value = StringProperty("")
    empty = StringProperty("")
