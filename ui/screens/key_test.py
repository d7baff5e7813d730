"""The screen of a key test: five boxes that fill."""

from __future__ import annotations

from ui.screens.screen_widget import ScreenWidget


class KeyTestScreen(ScreenWidget):
    """Copies a KeyTestView."""
