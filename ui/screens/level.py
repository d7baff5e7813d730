"""The level screen: five tiles, the time left, 暂不评价."""

from __future__ import annotations

from ui.screens.screen_widget import ScreenWidget


class LevelScreen(ScreenWidget):
    """Copies a LevelView."""
