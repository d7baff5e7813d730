"""The languages to choose from, each named in its own script; it comes over a screen and goes again."""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout

from ui.layout import Layout
from ui.views import KeepLanguage, LanguagesView
from ui.widgets.push_button import PushButton


class LanguagesScreen(BoxLayout):
    """Shows `view`; the language that is shown is the filled button."""

    view = ObjectProperty(rebind=True)
    layout = ObjectProperty(rebind=True)

    def __init__(self, *, view: LanguagesView, layout: Layout, **kwargs: Any) -> None:
        super().__init__(view=view, layout=layout, **kwargs)


class LanguageButtons(GridLayout):
    """A button for each of `view`, in its order."""

    view = ObjectProperty(LanguagesView("", ()))
    layout = ObjectProperty(Layout(1024, 600), rebind=True)

    def on_view(self, *_: object) -> None:
        self.clear_widgets()
        for button in self.view.buttons:
            part = PushButton(
                button=button, layout=self.layout, filled=isinstance(button.target, KeepLanguage)
            )
            part.size_hint_x = 1
            self.add_widget(part)
