"""The stream of sentences: any bytes, cut anywhere, give the sentences that are in them and nothing else."""

from __future__ import annotations

import random
import re
import time
from functools import reduce
from itertools import pairwise
from operator import xor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.key_panel import PanelCounters
from hardware.sentence import HeartbeatSentence, KeySentence, PanelSentence, Stroke
from hardware.sentence_stream import MAX_SENTENCE_BYTES, SentenceStream

PRESS = KeySentence(3, Stroke.DOWN, 17)
LEGAL_KEY = re.compile(rb"\$(HCPKY,([1-5]),([DU]),([0-9]{1,5}))\*([0-9A-Fa-f]{2})")

pieces = st.one_of(
    st.binary(max_size=30),
    st.text("$*,HCPKYBDU0123456789ABCDEF\r\n", max_size=40).map(str.encode),
    st.builds(KeySentence, st.integers(1, 5), st.sampled_from(Stroke), st.integers(0, 65535)).map(
        KeySentence.encode
    ),
    st.builds(
        lambda sentence, at, byte: sentence[:at] + bytes([byte]) + sentence[at + 1 :],
        st.just(PRESS.encode()),
        st.integers(0, 17),
        st.integers(0, 255),
    ),
    st.integers(0, 17).map(lambda length: PRESS.encode()[:length]),
)
lines = st.lists(pieces, max_size=12).map(b"".join)


def legal_keys(data: bytes) -> list[KeySentence]:
    """The key sentences in `data`, found by a regular expression: an independent oracle."""
    return [
        KeySentence(int(m[2]), Stroke(m[3].decode()), int(m[4]))
        for m in LEGAL_KEY.finditer(data)
        if reduce(xor, m[1]) == int(m[5], 16) and int(m[4]) < 65536
    ]


@given(lines)
def test_keys_come_out_exactly_where_they_are_legally_encoded(data: bytes) -> None:
    found = SentenceStream().feed(data)
    assert [s for s in found if isinstance(s, KeySentence)] == legal_keys(data)


@given(st.binary(max_size=400))
def test_arbitrary_bytes_give_no_key_that_is_not_legally_encoded(data: bytes) -> None:
    found = SentenceStream().feed(data)
    assert [s for s in found if isinstance(s, KeySentence)] == legal_keys(data)


@given(lines, st.lists(st.integers(0, 500), max_size=8))
def test_it_does_not_matter_where_the_bytes_are_cut(data: bytes, cuts: list[int]) -> None:
    whole, parts = SentenceStream(), SentenceStream()
    expected = whole.feed(data)
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    found: list[PanelSentence] = []
    for start, end in pairwise(places):
        found += parts.feed(data[start:end])
    assert found == expected
    assert parts.counters == whole.counters


def test_a_press_arrives_byte_by_byte_at_its_last_checksum_digit() -> None:
    stream = SentenceStream()
    *before, last = PRESS.encode().removesuffix(b"\r\n")
    for byte in before:
        assert stream.feed(bytes([byte])) == []
    assert stream.feed(bytes([last])) == [PRESS]
    assert stream.feed(b"\r\n") == []
    assert stream.counters == PanelCounters()


def test_several_sentences_in_one_piece_come_out_in_order() -> None:
    heartbeat = HeartbeatSentence((1, 2, 3, 4, 5))
    assert SentenceStream().feed(heartbeat.encode() + PRESS.encode()) == [heartbeat, PRESS]


def test_a_dollar_always_starts_a_new_sentence() -> None:
    stream = SentenceStream()
    assert stream.feed(b"$HCPKY,5,D" + PRESS.encode()) == [PRESS]
    assert stream.counters == PanelCounters(cut_short=1)


def test_half_a_sentence_before_a_line_end_is_counted() -> None:
    stream = SentenceStream()
    assert stream.feed(b"$HCPKY,3,D,1\r\n" + PRESS.encode()) == [PRESS]
    assert stream.counters == PanelCounters(cut_short=1)


@pytest.mark.parametrize(
    ("data", "counters"),
    [
        (b"$HCPKY,3,D,17*13\r\n", PanelCounters(bad_checksum=1)),
        (b"$HCPKY,6,D,17*11\r\n", PanelCounters(unknown_key=1)),
        (b"$HCPXX,3*44\r\n", PanelCounters(unknown_sentence=1)),
        (b"$HCPKY,3\xff,D,17*14\r\n", PanelCounters(cut_short=1, noise_bytes=9)),
        (b"abc\r\n\x00\xff", PanelCounters(noise_bytes=5)),
        (b"$" + b"A" * MAX_SENTENCE_BYTES, PanelCounters(over_long=1, noise_bytes=1)),
    ],
)
def test_what_is_bad_is_counted_by_kind(data: bytes, counters: PanelCounters) -> None:
    stream = SentenceStream()
    assert stream.feed(data) == []
    assert stream.counters == counters
    assert stream.feed(PRESS.encode()) == [PRESS]


def test_a_sentence_of_the_greatest_length_is_still_read_to_its_checksum() -> None:
    stream = SentenceStream()
    stream.feed(b"$" + b"A" * (MAX_SENTENCE_BYTES - 4) + b"*00")
    assert stream.counters == PanelCounters(unknown_sentence=1)


@pytest.mark.parametrize("alphabet", [bytes(range(256)), b"$", b"$ABC*,", b"A", b"\r\n"])
def test_a_megabyte_of_noise_is_bounded_in_time_and_gives_no_key(alphabet: bytes) -> None:
    noise = bytes(random.Random(17).choices(alphabet, k=1_000_000))
    stream = SentenceStream()
    started = time.thread_time()
    found = [s for at in range(0, len(noise), 4096) for s in stream.feed(noise[at : at + 4096])]
    assert time.thread_time() - started < 5
    assert found == []
    assert stream.feed(b"\r\n" + PRESS.encode()) == [PRESS]
