"""The bar below a screen: its buttons, and the time."""

from __future__ import annotations

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from ui.layout import Layout


class Footer(BoxLayout):
    """Holds what is put in it, in a row."""

    layout = ObjectProperty(Layout(1024, 600), rebind=True)
