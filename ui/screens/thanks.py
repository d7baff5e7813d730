"""The thanks screen."""

from __future__ import annotations

from ui.screens.screen_widget import ScreenWidget


class ThanksScreen(ScreenWidget):
    """Copies a ThanksView."""
