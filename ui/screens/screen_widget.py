"""What all screens have: a view to copy and the sizes to copy it in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from device.events import Target
from ui.layout import Layout
from ui.mirroring import mirror
from ui.views import View, header_of
from ui.writing import Stroke


class ScreenWidget(BoxLayout):
    """A whole screen, from top to bottom. Set `view` to another view of the same kind to change it."""

    view = ObjectProperty(rebind=True)
    layout = ObjectProperty(rebind=True)

    def __init__(self, *, view: View, layout: Layout, **kwargs: Any) -> None:
        super().__init__(view=view, layout=layout, **kwargs)
        self._was_turned = False
        self.fbind("view", self.turn)
        self.turn()

    def turn(self, *_: object) -> None:
        """Face the way the language is read."""
        mirrored = header_of(self.view).mirrored
        self._was_turned = self._was_turned or mirrored
        if self._was_turned:  # else it stands as it was made; a part that comes back may be turned still
            mirror(self, mirrored=mirrored)

    @property
    def parts(self) -> Iterable[BoxLayout]:
        """What may be on while this screen is: itself, and what takes the place of what is in it."""
        return (self,)

    @property
    def is_private(self) -> bool:
        """Whether the screen shows what nobody but the citizen may keep: no picture is taken of it then."""
        return False

    def strike(self, stroke: Stroke) -> None:
        """A finger came down on something that only the screen itself learns of."""
        raise AssertionError(f"nothing can be typed on this screen: {type(stroke).__name__}")

    def aim(self, target: Target | None) -> Target | None:
        """What a finger on `target` means now; None: nothing."""
        return target

    def leave(self) -> None:
        """Another screen has come on."""
