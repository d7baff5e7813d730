"""The level screen in larger letters: one language, and what has no letters gives way."""

from __future__ import annotations

from ui.screens.screen_widget import ScreenWidget


class EnlargedLevelScreen(ScreenWidget):
    """Copies a LevelView."""
