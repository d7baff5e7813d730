"""The screen with the code for the citizen's own phone."""

from __future__ import annotations

from ui.screens.screen_widget import ScreenWidget


class PhoneScreen(ScreenWidget):
    """Copies a PhoneView."""
