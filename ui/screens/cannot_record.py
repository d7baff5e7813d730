"""The screen of a device that cannot record: says so instead of pretending."""

from __future__ import annotations

from ui.screens.screen_widget import ScreenWidget


class CannotRecordScreen(ScreenWidget):
    """Copies a CannotRecordView."""
