"""The glasses that screens are drawn for in tests: small and large, coarse and fine, lying and standing."""

from __future__ import annotations

from dataclasses import dataclass, field

from ui.layout import MM_PER_INCH, Layout


@dataclass(frozen=True)
class Panel:
    """`size` pixels on `inches` of glass, and `more` keys of [ui]. `drawn_in_full`: every screen there is."""

    size: tuple[int, int]
    inches: float = 7
    drawn_in_full: bool = False
    more: dict[str, object] = field(default_factory=dict)
    named: str = ""

    @property
    def ui(self) -> dict[str, object]:
        return {"diagonal_in": self.inches} | self.more

    @property
    def layout(self) -> Layout:
        large = self.more.get("type") == "large"
        return Layout(*self.size, self.inches * MM_PER_INCH, large_type=large)

    def __str__(self) -> str:
        return "{}x{}-{:g}in".format(*self.size, self.inches) + (f"-{self.named}" if self.named else "")


SEVEN = (
    Panel((1024, 600), drawn_in_full=True),
    Panel((800, 480), drawn_in_full=True),
    Panel((1280, 800)),
    Panel((600, 1024), drawn_in_full=True),
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
