"""Choosing the word of a receipt code: why, what was typed, the digits."""

from __future__ import annotations

from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from ui.layout import Layout


class ReceiptWordPanel(BoxLayout):
    """Shows `view` with the `digits` typed so far."""

    view = ObjectProperty(rebind=True)
    digits = StringProperty("")
    layout = ObjectProperty(Layout(1024, 600), rebind=True)
