"""The port of a key panel: what the device asks of five keys and their lamps, however they are wired."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

KEYS = 5
"""Keys of a panel, printed 1 to 5."""


@dataclass(frozen=True, slots=True)
class PanelCounters:
    """What a panel has sent since `start()` that was no new press. Key pins have no sentences: all stay 0."""

    bad_checksum: int = 0
    unknown_key: int = 0  # a whole key sentence, but of no key from 1 to 5
    unknown_sentence: int = 0  # whole, but with a name or fields that we do not know
    cut_short: int = 0  # broken off by another sentence, a line end or a byte no sentence holds
    over_long: int = 0
    noise_bytes: int = 0  # bytes outside of sentences, line ends not among them
    unknown_bytes: int = 0  # bytes that the table of a panel of another make does not have
    repeats: int = 0  # the same press told again
    lost_presses: int = 0  # counted by the panel, never told to us
    restarts: int = 0  # the panel counts from the start again

    def __add__(self, other: PanelCounters) -> PanelCounters:
        return PanelCounters(
            bad_checksum=self.bad_checksum + other.bad_checksum,
            unknown_key=self.unknown_key + other.unknown_key,
            unknown_sentence=self.unknown_sentence + other.unknown_sentence,
            cut_short=self.cut_short + other.cut_short,
            over_long=self.over_long + other.over_long,
            noise_bytes=self.noise_bytes + other.noise_bytes,
            unknown_bytes=self.unknown_bytes + other.unknown_bytes,
            repeats=self.repeats + other.repeats,
            lost_presses=self.lost_presses + other.lost_presses,
            restarts=self.restarts + other.restarts,
        )


class KeyPanel(Protocol):
    """A source of KeyDown, KeyUp and PanelChanged events in the device's inbox.

    A panel is started and stopped once. It is taken to be OK until it says otherwise.
    """

    def start(self) -> None:
        """Begin to listen; at the return the keys are heard, or PanelChanged LOST is in the inbox.

        Raises nothing for hardware that is missing: it is tried again until `stop()`.
        """
        ...

    def stop(self) -> None:
        """Release the line and the thread; at the return no more events come. Any thread; harmless twice."""
        ...

    def light(self, mask: int) -> None:
        """Light exactly the lamps in `mask` (bit 0 for key 1). Any thread; never waits.

        All are dark at first. While the panel is lost nothing lights; the newest mask is sent again when it
        is back. A panel without lamps takes no notice.
        """
        ...

    def beep(self, ms: int) -> None:
        """Sound for `ms` milliseconds (1 to 9999). Any thread; never waits; lost while the panel is lost."""
        ...

    @property
    def counters(self) -> PanelCounters:
        """The counters now. Any thread."""
        ...
