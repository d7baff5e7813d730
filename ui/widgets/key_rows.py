"""Rows of keys that fill their box."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.widget import Widget

from ui.keyboard import Rows
from ui.layout import Layout
from ui.widgets.key_cap import KeyCap


class KeyRows(Widget):
    """Shows `rows`, `gap` pixels apart. Keys with one letter have it `large` pixels high, words `small`."""

    rows: Rows = ObjectProperty(())
    gap = NumericProperty(10)
    large = NumericProperty(30)
    small = NumericProperty(24)
    layout = ObjectProperty(Layout(1024, 600), rebind=True)

    def __init__(self, **kwargs: Any) -> None:
        self._place_soon = Clock.create_trigger(self._place, -1)
        super().__init__(**kwargs)
        for name in ("pos", "size", "rows", "gap", "large", "small", "layout"):
            self.fbind(name, self._place_soon)
        self._place_soon()

    def _place(self, *_: object) -> None:
        caps = [cap for row in self.rows for cap in row]
        while len(self.children) < len(caps):
            self.add_widget(KeyCap(layout=self.layout))
        keys = list(reversed(self.children))
        for spare in keys[len(caps) :]:
            spare.target = None
        if not caps:
            return
        count = len(self.rows)
        height = (self.height - (count - 1) * self.gap) / count
        units = sum(cap.span for cap in self.rows[0])
        unit = (self.width - (units - 1) * self.gap) / units
        waiting = iter(keys)
        for n, row in enumerate(self.rows):
            x = self.x
            y = self.top - n * (height + self.gap) - height
            for cap in row:
                key = next(waiting)
                width = cap.span * unit + (cap.span - 1) * self.gap
                key.layout, key.text, key.target = self.layout, cap.text, cap.stroke
                key.em = self.large if len(cap.text) == 1 else self.small
                key.pos, key.size = (x, y), (width, height)
                x += width + self.gap
