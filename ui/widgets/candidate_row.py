"""The row of characters and words that are offered."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import ListProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from ui import letters
from ui.layout import Layout
from ui.pinyin import Candidate
from ui.widgets.key_cap import KeyCap
from ui.writing import More, Pick, Stroke


class CandidateRow(Widget):
    """Offers as many of `candidates` as fit, then `more`, which goes on after the first `skip` and these."""

    candidates: list[Candidate] = ListProperty([])
    skip = NumericProperty(0)
    more = StringProperty("")
    gap = NumericProperty(10)
    em = NumericProperty(28)
    layout = ObjectProperty(Layout(1024, 600), rebind=True)

    def __init__(self, **kwargs: Any) -> None:
        self._place_soon = Clock.create_trigger(self._place, -1)
        self._keys: list[KeyCap] = []
        super().__init__(**kwargs)
        for name in ("pos", "size", "candidates", "skip", "more", "gap", "em", "layout"):
            self.fbind(name, self._place_soon)
        self._place_soon()

    def _place(self, *_: object) -> None:
        x = self.x
        offered = self._fitting(self.width)
        caps: list[tuple[str, Stroke]] = [(candidate.text, Pick(candidate)) for candidate in offered]
        if len(offered) < len(self.candidates):
            caps.append((self.more, More(self.skip + len(offered))))
        elif self.skip:
            caps.append((self.more, More(0)))
        while len(self._keys) < len(caps):
            self._keys.append(KeyCap(layout=self.layout, passing=True))
            self.add_widget(self._keys[-1])
        for key in self._keys[len(caps) :]:
            key.target, key.text = None, ""
        for key, (text, stroke) in zip(self._keys, caps, strict=False):
            key.layout, key.text, key.target, key.em = self.layout, text, stroke, self.em
            key.size = (self._width_of(text), self.height)
            key.pos = (self.right - key.width if isinstance(stroke, More) else x, self.y)
            x += key.width + self.gap

    def _fitting(self, room: float) -> list[Candidate]:
        """The first ones that fit beside the key that offers more."""
        room -= self._width_of(self.more) + self.gap
        fitting: list[Candidate] = []
        for candidate in self.candidates:
            room -= self._width_of(candidate.text) + self.gap
            if room < 0 and fitting:
                break
            fitting.append(candidate)
        return fitting

    def _width_of(self, text: str) -> float:
        padding = 2 * self.layout.px(2.4)
        return float(max(self.layout.px(12.4), letters.width(text, int(self.em), bold=True) + padding))
