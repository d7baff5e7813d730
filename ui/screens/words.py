"""The screen for words and a telephone number: a form, a keyboard, a number pad."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from device.events import Button, ButtonTile, Target
from ui import letters
from ui.layout import Layout
from ui.pinyin import PinyinBook
from ui.screens.screen_widget import ScreenWidget
from ui.views import WordsView
from ui.widgets.drawn import draw_soon
from ui.widgets.number_entry import NumberEntry
from ui.widgets.words_entry import WordsEntry
from ui.widgets.words_form import WordsForm
from ui.writing import Face, Stroke, Writing, asked, finished, strike

DEAF_S = 0.4
"""A second tap of the same finger is nothing for what has just come under it."""


class WordsScreen(ScreenWidget):
    """Copies a WordsView; has what is typed until it is finished or the screen goes, and then drops it."""

    writing = ObjectProperty(Writing())
    deaf = BooleanProperty(False)

    def __init__(self, *, view: WordsView, layout: Layout, book: PinyinBook, **kwargs: Any) -> None:
        super().__init__(view=view, layout=layout, **kwargs)
        self._book = book
        self._hear_again = Clock.create_trigger(self._hear, DEAF_S)
        shared = {"view": view, "layout": layout, "size": (layout.width, layout.height)}
        self._faces: dict[Face, WordsForm | WordsEntry | NumberEntry] = {
            Face.FORM: WordsForm(**shared),
            Face.WORDS: WordsEntry(book=book, **shared),
            Face.NUMBER: NumberEntry(**shared),
        }
        self.fbind("view", self._copy)
        self.fbind("writing", self._copy)
        self.add_widget(self._faces[Face.FORM])
        self.turn()

    @property
    def parts(self) -> Iterable[BoxLayout]:
        return (self, *self._faces.values())

    @property
    def is_private(self) -> bool:
        return not self.writing.is_empty

    def strike(self, stroke: Stroke) -> None:
        if not self.deaf:
            self.write(strike(self.writing, stroke, self._book))

    def aim(self, target: Target | None) -> Target | None:
        if self.deaf:
            return None
        if target != ButtonTile(Button.FINISH):
            return target
        meant = finished(self.writing, self.view.consent_id)
        if meant is None:
            self.write(asked(self.writing))
        return meant

    def leave(self) -> None:
        self.write(Writing())
        letters.forget()
        self._hear_again.cancel()
        self.deaf = False

    def write(self, writing: Writing) -> None:
        """Show what is typed, on the form, the keyboard or the number pad."""
        changed = writing.face is not self.writing.face
        self.writing = writing
        if changed:
            self.clear_widgets()
            self.add_widget(self._faces[writing.face])
            self.turn()
            draw_soon(self)
            self.deaf = True
            self._hear_again()

    def _copy(self, *_: object) -> None:
        for face in self._faces.values():
            face.view, face.writing = self.view, self.writing

    def _hear(self, *_: object) -> None:
        self.deaf = False
