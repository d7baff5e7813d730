"""A sign, a title and a sentence in the middle of a screen."""

from __future__ import annotations

from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from ui.layout import Layout


class Message(BoxLayout):
    """Shows `title` and `sentence` under the sign named `sign`, then `detail`, its `code`
    and `advice` if there are."""

    sign = StringProperty("done")
    title = StringProperty("")
    sentence = StringProperty("")
    detail = StringProperty("")
    code = StringProperty("")
    advice = StringProperty("")
    layout = ObjectProperty(Layout(1024, 600), rebind=True)
