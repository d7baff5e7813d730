"""A box to tick."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty

from ui.layout import Layout
from ui.widgets.card import Card


class TickBox(Card):
    """Shows a tick while `ticked`. The row it stands in is what is touched."""

    ticked = BooleanProperty(False)
    layout = ObjectProperty(Layout(1024, 600), rebind=True)
