"""The tile of one level on a standing screen in larger letters: face, word and number side by side."""

from __future__ import annotations

from ui.widgets.level_choice import LevelChoice


class EnlargedRow(LevelChoice):
    """Shows `tile` in one language, lying."""
