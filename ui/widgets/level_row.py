"""The tile of one level on a standing screen: face, words and number side by side."""

from __future__ import annotations

from ui.widgets.level_choice import LevelChoice


class LevelRow(LevelChoice):
    """Shows `tile`, lying."""
