"""The screen while it is wiped: nothing can be touched, and the time until that is over."""

from __future__ import annotations

from ui.screens.screen_widget import ScreenWidget


class CleaningScreen(ScreenWidget):
    """Copies a CleaningView."""
