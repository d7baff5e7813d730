"""The box of one key in a key test: empty, framed while the key is down, filled when it is proven."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty

from device.key_test import KeyMark
from ui.layout import Layout
from ui.views import KeyBoxView
from ui.widgets.card import Card


class KeyBox(Card):
    """Shows `box`."""

    box = ObjectProperty(KeyBoxView("", KeyMark.AWAITED, ""), rebind=True)
    filled = BooleanProperty(False)
    layout = ObjectProperty(Layout(1024, 600), rebind=True)
