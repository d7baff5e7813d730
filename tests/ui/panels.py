"""The glasses that screens are drawn for in tests: small and large, coarse and fine, lying and standing."""

from __future__ import annotations

from dataclasses import dataclass, field

from ui.layout import MM_PER_INCH, Layout
from ui.texts import shipped

REVIEWED = ("zh-Hans", "en")
DRAFTS = tuple(sorted({*shipped()} - {*REVIEWED}))


@dataclass(frozen=True)
class Panel:
    """`size` pixels on `inches` of glass, and `more` keys of [ui].

    `drawn`: the languages its screens are drawn in. `resting`: only those screens that the night darkens.
    `again`: each screen is drawn a second time, to see that nothing came late.
    """

    size: tuple[int, int]
    inches: float = 7
    more: dict[str, object] = field(default_factory=dict)
    named: str = ""
    drawn: tuple[str, ...] = REVIEWED
    resting: bool = False
    again: bool = False

    @property
    def ui(self) -> dict[str, object]:
        return {"diagonal_in": self.inches} | self.more

    @property
    def layout(self) -> Layout:
        large = self.more.get("type") == "large"
        return Layout(*self.size, self.inches * MM_PER_INCH, large_type=large)

    @property
    def strong(self) -> bool:
        return self.more.get("contrast") == "high"

    @property
    def dark(self) -> bool:
        """Whether it is night by the clock that a window is given."""
        return "night_from" in self.more

    def __str__(self) -> str:
        return "{}x{}-{:g}in".format(*self.size, self.inches) + (f"-{self.named}" if self.named else "")


SEVEN = (
    Panel((1024, 600), again=True),
    Panel((800, 480), again=True),
    Panel((1280, 800)),
    Panel((600, 1024), again=True),
    Panel((480, 800)),
)
LARGER = (
    Panel((1280, 800), 10.1),
    Panel((1024, 600), 10.1, more={"type": "large"}, named="large"),
    Panel((1024, 768), 8.4),
    Panel((1920, 1080), 15.6),
    Panel((800, 1280), 10.1),
    Panel((1080, 1920), 15.6),
    Panel((1080, 1920), 21.5, more={"type": "large"}, named="large"),
    Panel((1080, 1920), 7),
)
PANELS = SEVEN + LARGER

HIGH: dict[str, object] = {"contrast": "high"}
NIGHT: dict[str, object] = {"night_from": "10:00", "night_to": "10:30"}
TIGHT = (SEVEN[1].size, SEVEN[3].size)  # where room is shortest, lying and standing
LIGHTS = (
    *(Panel(size, more=HIGH, named="high") for size in TIGHT),
    *(Panel(size, more=NIGHT, named="night", resting=True) for size in TIGHT),
    Panel(SEVEN[0].size, more=HIGH | NIGHT, named="night-high", resting=True),
    Panel(TIGHT[1], more=HIGH | NIGHT, named="night-high", resting=True),
)
DRAFTED = tuple(
    Panel(size, more={"languages": list(shipped())}, named="drafts", drawn=DRAFTS) for size in TIGHT
)
"""A hall that has every language, drawn in those that nobody has reviewed."""
