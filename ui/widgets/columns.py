"""The five columns of spoken mode, from edge to edge (rows on a standing screen): found without looking."""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from device.events import ConfirmTile
from ui.layout import Layout
from ui.views import ColumnView
from ui.widgets.touchable import Touchable


class Column(Touchable):
    """Shows `column`."""

    column = ObjectProperty(
        ColumnView("", "", explored=False, chosen=False, target=ConfirmTile()), rebind=True
    )


class Columns(BoxLayout):
    """Shows `columns`, the first one on the left. Their number may change with the page."""

    columns: tuple[ColumnView, ...] = ObjectProperty(())
    layout = ObjectProperty(Layout(1024, 600), rebind=True)

    def on_columns(self, *_: Any) -> None:
        if len(self.children) != len(self.columns):
            self.clear_widgets()
            for column in self.columns:
                self.add_widget(Column(column=column, layout=self.layout))
        for widget, column in zip(reversed(self.children), self.columns, strict=True):
            widget.column = column
