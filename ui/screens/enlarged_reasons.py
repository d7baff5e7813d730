"""The reasons screen in larger letters."""

from __future__ import annotations

from ui.screens.screen_widget import ScreenWidget


class EnlargedReasonsScreen(ScreenWidget):
    """Copies a ReasonsView."""
