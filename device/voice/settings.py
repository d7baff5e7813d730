"""The keys of a device's configuration that say by what it speaks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from device.configuration import key


@dataclass(frozen=True, slots=True)
class VoiceSection:
    """[voice]"""

    mode: str = key(
        "on_request",
        doc="when spoken mode begins: never, by 朗读 or headphones, or with each visit",
        choices=("off", "on_request", "always"),
    )
    speaker: str | None = key(
        None, doc="ALSA device of the loudspeaker, as `default`; none: no voice", least=1, most=128
    )
    headphones: str | None = key(
        None, doc="ALSA device of the headphones, needs `headphones_pin`", least=1, most=128
    )
    headphones_pin: int | None = key(
        None,
        doc="BCM number of the jack's switch, to ground while headphones are plugged in",
        least=0,
        most=27,
    )
    volume: int = key(80, doc="how loud the recordings are played", unit="%", least=5, most=100)
    made: Path = key(
        Path("/opt/chuangping/voice"), doc="folder of the recordings that `chuangping voice make` made"
    )
    folder: Path | None = key(None, doc="folder of the operator's own recordings, which come first")

    def faults(self) -> list[str]:
        """As `device.configuration.Ruled`."""
        if self.mode == "always" and self.speaker is None:
            return ["mode: is 'always', which needs speaker"]
        if (self.headphones is None) is not (self.headphones_pin is None):
            return ["headphones: needs headphones_pin, and that needs headphones"]
        if self.headphones is not None and self.speaker is None:
            return ["headphones: needs speaker"]
        if self.headphones is not None and self.headphones == self.speaker:
            return [f"headphones: is {self.headphones!r}, the loudspeaker's; must be another device"]
        return []
