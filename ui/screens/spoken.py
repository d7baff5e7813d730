"""The screen that speaks under a finger: five columns, and the bar that chooses."""

from __future__ import annotations

from ui.screens.screen_widget import ScreenWidget


class SpokenScreen(ScreenWidget):
    """Copies a SpokenView."""
