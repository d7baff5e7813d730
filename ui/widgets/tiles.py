"""The five tiles, in the one order: side by side on a lying screen, under one another on a standing one."""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from ui.layout import Layout
from ui.views import TileView
from ui.widgets.enlarged_row import EnlargedRow
from ui.widgets.enlarged_tile import EnlargedTile
from ui.widgets.level_row import LevelRow
from ui.widgets.level_tile import LevelTile


class Tiles(BoxLayout):
    """Shows `tiles`, the first one on the left or on top. How many there are, and `layout`, never changes."""

    tiles: tuple[TileView, ...] = ObjectProperty(())
    layout = ObjectProperty(Layout(1024, 600), rebind=True)

    def on_tiles(self, *_: Any) -> None:
        if not self.children:
            lying, standing = (EnlargedTile, EnlargedRow) if self.layout.enlarged else (LevelTile, LevelRow)
            kind = standing if self.layout.portrait else lying
            for tile in self.tiles:
                self.add_widget(kind(tile=tile, layout=self.layout))
        for widget, tile in zip(reversed(self.children), self.tiles, strict=True):
            widget.tile = tile
