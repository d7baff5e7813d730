"""The tile of one level on a lying screen in larger letters: face and number, and below them the word."""

from __future__ import annotations

from ui.widgets.level_choice import LevelChoice


class EnlargedTile(LevelChoice):
    """Shows `tile` in one language."""
