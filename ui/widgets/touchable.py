"""What a finger can press: a card with a target."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty
from kivy.uix.widget import Widget

from ui.layout import Layout
from ui.widgets.card import Card


class Touchable(Card):
    """Sends `target` when touched; None is nothing to press. `pressed` while a finger is on it."""

    target = ObjectProperty(None, allownone=True)
    pressed = BooleanProperty(False)
    layout = ObjectProperty(Layout(1024, 600), rebind=True)


def touchable_at(screen: Widget, x: float, y: float) -> Touchable | None:
    """The touchable part of `screen` at window position (`x`, `y`), or None."""
    for widget in screen.walk():
        if isinstance(widget, Touchable) and widget.target is not None and widget.collide_point(x, y):
            return widget
    return None
