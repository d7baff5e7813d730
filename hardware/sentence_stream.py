"""The stream of bytes from a serial key panel, pushed in as it comes, taken out as sentences."""

from __future__ import annotations

from hardware.key_panel import PanelCounters
from hardware.sentence import PanelSentence, Unreadable, decode

MAX_SENTENCE_BYTES = 80
"""From `$` to the checksum: NMEA 0183 allows 82 with the line end."""

_DOLLAR, _STAR, _FIRST_PRINTABLE, _LAST_PRINTABLE = b"$* ~"
_LINE_END = b"\r\n"


class SentenceStream:
    """Finds sentences in any bytes, however these are cut into pieces; holds at most one sentence.

    A sentence is complete with its second checksum digit: waiting for the line end would cost two
    milliseconds at 9600 baud and prove nothing more. `$` always starts a new one.
    """

    def __init__(self) -> None:
        self._sentence = bytearray()  # empty between sentences
        self._unreadable = dict.fromkeys(Unreadable, 0)
        self._cut_short = 0
        self._over_long = 0
        self._noise_bytes = 0

    @property
    def counters(self) -> PanelCounters:
        """What was bad so far."""
        return PanelCounters(
            bad_checksum=self._unreadable[Unreadable.BAD_CHECKSUM],
            unknown_key=self._unreadable[Unreadable.UNKNOWN_KEY],
            unknown_sentence=self._unreadable[Unreadable.UNKNOWN_SENTENCE],
            cut_short=self._cut_short,
            over_long=self._over_long,
            noise_bytes=self._noise_bytes,
        )

    def feed(self, data: bytes) -> list[PanelSentence]:
        """The sentences that `data` completes, in order. Never raises, whatever the bytes."""
        found: list[PanelSentence] = []
        at = 0
        while at < len(data):
            if not self._sentence:
                at = self._skip_noise(data, at)
            else:
                sentence = self._take(data[at])
                at += 1
                if sentence is not None:
                    found.append(sentence)
        return found

    def _skip_noise(self, data: bytes, at: int) -> int:
        """Begin a sentence at the next `$`; the place behind it, or the end of `data`."""
        start = data.find(b"$", at)
        end = len(data) if start < 0 else start
        self._noise_bytes += end - at - data.count(b"\r", at, end) - data.count(b"\n", at, end)
        if start < 0:
            return end
        self._sentence.append(_DOLLAR)
        return start + 1

    def _take(self, byte: int) -> PanelSentence | None:
        """One more byte within a sentence; the sentence, when it is complete with it and can be read."""
        if byte == _DOLLAR:
            self._cut_short += 1
            self._sentence[:] = b"$"
            return None
        if not _FIRST_PRINTABLE <= byte <= _LAST_PRINTABLE:
            self._cut_short += 1
            self._noise_bytes += byte not in _LINE_END
            self._sentence.clear()
            return None
        self._sentence.append(byte)
        if len(self._sentence) > 3 and self._sentence[-3] == _STAR:
            return self._complete()
        if len(self._sentence) >= MAX_SENTENCE_BYTES:
            self._over_long += 1
            self._sentence.clear()
        return None

    def _complete(self) -> PanelSentence | None:
        decoded = decode(bytes(self._sentence))
        self._sentence.clear()
        if isinstance(decoded, Unreadable):
            self._unreadable[decoded] += 1
            return None
        return decoded
