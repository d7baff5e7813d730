"""The tile of one level on a lying screen: face, words and number, stacked."""

from __future__ import annotations

from ui.widgets.level_choice import LevelChoice


class LevelTile(LevelChoice):
    """Shows `tile`, standing."""
