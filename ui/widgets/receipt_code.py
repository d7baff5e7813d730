"""A receipt code, to be written down or scanned."""

from __future__ import annotations

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from ui.layout import Layout


class ReceiptCodePanel(BoxLayout):
    """Shows `view`, which has a code."""

    view = ObjectProperty(rebind=True)
    layout = ObjectProperty(Layout(1024, 600), rebind=True)
