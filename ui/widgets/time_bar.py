"""The time left as a bar."""

from __future__ import annotations

from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.widget import Widget

from ui.layout import Layout


class TimeBar(Widget):
    """Filled from the left to `part`, 0 to 1."""

    part = NumericProperty(1.0)
    layout = ObjectProperty(Layout(1024, 600), rebind=True)
