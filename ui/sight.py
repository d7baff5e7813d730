"""How the screens are to be seen: the glass, the size of letters, the contrast, the night. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from device.clock import Moment
from device.night import Night, night_of
from device.settings import UiSection
from ui.layout import MM_PER_INCH, PANEL_DIAGONAL_MM, Layout
from ui.palette import palette_of
from ui.views import CleaningView, IdleView, LevelView, PausedView, ReasonsView, ThanksView, View

RESTING = (IdleView, PausedView, CleaningView)
"""What is on while nobody is asked anything. Somebody who is asked reads dark letters on light ground."""

ENLARGED = (LevelView, ReasonsView, ThanksView)
"""What a citizen can ask to have in larger letters. Forms have no room for it, and codes no letters."""

LOOK_AGAIN_MS = 60_000
"""How often a screen that rests is looked at where there is a night: that is a minute late at most."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What the configuration says of it."""

    diagonal_mm: float = PANEL_DIAGONAL_MM
    large_type: bool = False
    strong: bool = False
    night: Night | None = None

    def layout(self, size: tuple[int, int], view: View, now: Moment, *, enlarged: bool = False) -> Layout:
        """The sizes and colours for `view` at `now` on a screen of `size` pixels.

        `enlarged`: the citizen has asked for larger letters; they get them where there is room.
        """
        night = isinstance(view, RESTING) and self.night is not None and self.night.holds(now)
        palette = palette_of(strong=self.strong, night=night)
        return Layout(
            *size,
            self.diagonal_mm,
            large_type=self.large_type,
            palette=palette,
            enlarged=enlarged and isinstance(view, ENLARGED),
        )

    def changes_at_ms(self, view: View, now: Moment) -> int | None:
        """When `view` may have to be shown anew: as it says itself, or for the night."""
        if self.night is None or not isinstance(view, RESTING):
            return view.changes_at_ms
        again_ms = now.mono_ms + LOOK_AGAIN_MS
        return again_ms if view.changes_at_ms is None else min(again_ms, view.changes_at_ms)


def sight_of(section: UiSection) -> Sight:
    """The sight that `section` asks for."""
    return Sight(
        diagonal_mm=section.diagonal_in * MM_PER_INCH,
        large_type=section.type == "large",
        strong=section.contrast == "high",
        night=night_of(section),
    )
