"""The bar above a screen: the window, the clerk, the language."""

from __future__ import annotations

from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from device.events import LanguageTile
from ui.layout import Layout
from ui.views import ButtonView, HeaderView


class Header(BoxLayout):
    """Shows `header`."""

    header = ObjectProperty(HeaderView("", None, ButtonView("", LanguageTile("en"))), rebind=True)
    clerk = StringProperty("")
    layout = ObjectProperty(Layout(1024, 600), rebind=True)
