"""The reasons screen: the rating is saved; why, if the citizen likes."""

from __future__ import annotations

from ui.screens.screen_widget import ScreenWidget


class ReasonsScreen(ScreenWidget):
    """Copies a ReasonsView."""
