"""The paused screen: this window does not serve now."""

from __future__ import annotations

from ui.screens.screen_widget import ScreenWidget


class PausedScreen(ScreenWidget):
    """Copies a PausedView."""
