"""A fault that does not stop the rating, said small."""

from __future__ import annotations

from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from ui.layout import Layout


class WarningNote(BoxLayout):
    """Shows `warning` in `most_lines`, 2 or 1; takes no room while it is None."""

    warning = ObjectProperty(None, allownone=True, rebind=True)
    most_lines = NumericProperty(2)
    layout = ObjectProperty(Layout(1024, 600), rebind=True)
