"""The bar above the keys: what was typed, the time left, 确定."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from ui.layout import Layout
from ui.writing import Close


class EntryBar(BoxLayout):
    """Shows `value`, or `empty` while there is none, in letters `em` pixels high; with `top` from the top.

    `short`: `time_left` is to be seen, for there is little of it.
    """

    value = StringProperty("")
    empty = StringProperty("")
    count = StringProperty("")
    time_left = StringProperty("")
    short = BooleanProperty(False)
    done = StringProperty("")
    em = NumericProperty(28)
    top = BooleanProperty(False)
    layout = ObjectProperty(Layout(1024, 600), rebind=True)
    close = Close()
