"""The idle screen: the window, its clerk, and that a rating will be welcome."""

from __future__ import annotations

from ui.screens.screen_widget import ScreenWidget


class IdleScreen(ScreenWidget):
    """Copies an IdleView."""
