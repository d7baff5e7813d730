"""The screen of the receipt code: first a word is chosen, then the code is shown as text and QR."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from device.events import Button, ButtonTile, ReceiptTile, Target
from device.receipt_code import WORD_DIGITS
from ui import letters
from ui.layout import Layout
from ui.screens.screen_widget import ScreenWidget
from ui.views import ReceiptView
from ui.widgets.drawn import draw_soon
from ui.widgets.receipt_code import ReceiptCodePanel
from ui.widgets.receipt_word import ReceiptWordPanel
from ui.writing import Erase, Put, Stroke


class ReceiptScreen(ScreenWidget):
    """Copies a ReceiptView; has the digits of the word until they are chosen or the screen goes."""

    digits = StringProperty("")

    def __init__(self, *, view: ReceiptView, layout: Layout, **kwargs: Any) -> None:
        super().__init__(view=view, layout=layout, **kwargs)
        shared = {"view": view, "layout": layout, "size": (layout.width, layout.height)}
        self._word, self._code = ReceiptWordPanel(**shared), ReceiptCodePanel(**shared)
        self.fbind("view", self._copy)
        self.fbind("digits", self._copy)
        self._copy()

    @property
    def parts(self) -> Iterable[BoxLayout]:
        return (self, self._word, self._code)

    @property
    def is_private(self) -> bool:
        return bool(self.digits)

    def strike(self, stroke: Stroke) -> None:
        match stroke:
            case Put(digit):
                self.digits = (self.digits + digit)[:WORD_DIGITS]
            case Erase():
                self.digits = self.digits[:-1]
            case _:
                super().strike(stroke)

    def aim(self, target: Target | None) -> Target | None:
        if target != ButtonTile(Button.FINISH) or self.view.code is not None:
            return target
        return ReceiptTile(self.digits) if len(self.digits) == WORD_DIGITS else None

    def leave(self) -> None:
        self.digits = ""
        letters.forget()

    def _copy(self, *_: object) -> None:
        panel = self._word if self.view.code is None else self._code
        if panel is self._code:
            self.digits = ""
        panel.view = self.view
        self._word.digits = self.digits
        if self.children != [panel]:
            self.clear_widgets()
            self.add_widget(panel)
            self.turn()
            draw_soon(self)
