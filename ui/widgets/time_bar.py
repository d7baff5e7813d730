"""The time left as a bar."""

from __future__ import annotations

from kivy.properties import NumericProperty
from kivy.uix.widget import Widget


class TimeBar(Widget):
    """Filled from the left to `part`, 0 to 1."""

    part = NumericProperty(1.0)
