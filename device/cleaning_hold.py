"""The hold that begins cleaning: keys 1 and 5, or both upper corners of the screen, for 5 s. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from device.events import Corner, CornerTile, KeyDown, KeyUp, TouchDown, TouchUp

HOLD_MS = 5_000

_KEYS = frozenset({1, 5})
_CORNERS = frozenset(Corner)


@dataclass(frozen=True, slots=True)
class CleaningHold:
    """What is held now. `fingers`: each with the corner it came down in, or None.

    `tells_releases`: the panel has told of one; of a panel that never does, every key would seem held.
    """

    keys: frozenset[int] = frozenset()
    fingers: tuple[tuple[str, Corner | None], ...] = ()
    since_ms: int = 0
    tells_releases: bool = False

    @property
    def due_ms(self) -> int | None:
        """When it has been held long enough, or None. Nothing else may be held with it: a palm is no hold."""
        by_keys = self.tells_releases and self.keys == _KEYS and not self.fingers
        corners = [corner for _, corner in self.fingers]
        by_fingers = not self.keys and len(corners) == len(_CORNERS) and set(corners) == _CORNERS
        return self.since_ms + HOLD_MS if by_keys or by_fingers else None

    def after(self, event: KeyDown | KeyUp | TouchDown | TouchUp) -> CleaningHold:
        """As it is after `event`; any of them begins the five seconds anew."""
        match event:
            case KeyDown(key, at_ms):
                return replace(self, keys=self.keys | {key}, since_ms=at_ms)
            case KeyUp(key, at_ms):
                return replace(self, keys=self.keys - {key}, since_ms=at_ms, tells_releases=True)
            case TouchDown(touch, target, _, at_ms):
                corner = target.corner if isinstance(target, CornerTile) else None
                return replace(self, fingers=(*self._without(touch), (touch, corner)), since_ms=at_ms)
            case TouchUp(touch, at_ms):
                return replace(self, fingers=self._without(touch), since_ms=at_ms)

    def let_go(self) -> CleaningHold:
        """Nothing of what is held counts any more."""
        return CleaningHold(tells_releases=self.tells_releases)

    def _without(self, touch: str) -> tuple[tuple[str, Corner | None], ...]:
        return tuple((name, corner) for name, corner in self.fingers if name != touch)
