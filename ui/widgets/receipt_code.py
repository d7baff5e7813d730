"""A receipt code, to be written down or scanned."""

from __future__ import annotations

from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from PIL import Image

from ui.layout import Layout
from ui.receipt_qr import draw_receipt_qr
from ui.widgets.picture import Picture


class ReceiptPicture(Picture):
    """The QR code that says `content`."""

    content = StringProperty("")

    def on_content(self, *_: object) -> None:
        self.draw_soon()

    def subject(self) -> str:
        return str(self.content)

    def drawn(self, side: int) -> Image.Image:
        return draw_receipt_qr(self.subject(), side)


class ReceiptCodePanel(BoxLayout):
    """Shows `view`, which has a code."""

    view = ObjectProperty(rebind=True)
    layout = ObjectProperty(Layout(1024, 600), rebind=True)
