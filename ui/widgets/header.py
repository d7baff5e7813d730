"""The bar above a screen: the window, the clerk, the size of letters, the language."""

from __future__ import annotations

import math

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from device.events import LanguageTile
from ui import letters
from ui.layout import Layout
from ui.views import ButtonView, HeaderView


class Header(BoxLayout):
    """Shows `header`. `free`: pixels beside the buttons; `beside`: of these, beside the window too."""

    header = ObjectProperty(HeaderView("", None, ButtonView("", LanguageTile("en"))), rebind=True)
    clerk = StringProperty("")
    free = NumericProperty(0)
    beside = NumericProperty(0)
    seen = BooleanProperty(False)
    layout = ObjectProperty(Layout(1024, 600), rebind=True)

    def room(self, width: float, layout: Layout, *buttons: float) -> float:
        """What buttons of these widths leave of a bar of `width` to the window and the clerk."""
        return width - 2 * layout.margin - sum(button + layout.gap for button in buttons if button)

    def window_width(self, room: float, header: HeaderView, layout: Layout) -> float:
        """What the window's name takes of `room` in the largest letters it may have there."""
        most = layout.width * (0.54 if layout.portrait else 0.4)
        named = letters.width(header.window, layout.large, bold=True)
        return max(0, min(math.ceil(named), most, room))

    def clerk_in(self, room: float, header: HeaderView, layout: Layout) -> str:
        """The clerk; on a standing screen only if there is room for all of the name."""
        if not layout.portrait or not header.clerk:
            return header.clerk or ""  # a long name may end in an ellipsis
        named = letters.width(header.clerk, layout.small, bold=False)
        return header.clerk if layout.clerk + layout.gap + named <= room else ""

    def sees_clerk(self, room: float, clerk: str, header: HeaderView, layout: Layout) -> bool:
        """Whether the clerk is seen: beside the name, or alone where only that has room."""
        alone = header.photo is not None and layout.clerk + layout.gap <= room
        return not header.time_warning and (bool(clerk) or alone)
