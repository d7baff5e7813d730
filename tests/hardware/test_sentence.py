"""Sentences of a serial key panel: what is read, what is refused, what is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.sentence import (
    BeepSentence,
    HeartbeatSentence,
    KeySentence,
    LampSentence,
    Stroke,
    Unreadable,
    decode,
)


def framed(body: bytes) -> bytes:
    """`body` between `$` and its checksum, which is made here without the code under test."""
    checksum = 0
    for byte in body:
        checksum ^= byte
    return b"$" + body + f"*{checksum:02x}".encode()


def test_a_press_is_read() -> None:
    assert decode(b"$HCPKY,3,D,17*14") == KeySentence(3, Stroke.DOWN, 17)


def test_a_release_is_read() -> None:
    assert decode(framed(b"HCPKY,5,U,65535")) == KeySentence(5, Stroke.UP, 65535)


def test_a_heartbeat_is_read() -> None:
    assert decode(framed(b"HCPHB,0,1,22,333,65535")) == HeartbeatSentence((0, 1, 22, 333, 65535))


@pytest.mark.parametrize("digits", [b"4d", b"4D"])
def test_checksum_digits_may_be_of_either_case(digits: bytes) -> None:
    assert decode(b"$HCPHB,1,0,0,0,1*" + digits) == HeartbeatSentence((1, 0, 0, 0, 1))


@pytest.mark.parametrize("digits", [b"13", b"1 ", b" 4", b"+4", b"_4", b"xx", b"4\n"])
def test_a_wrong_checksum_is_refused(digits: bytes) -> None:
    assert decode(b"$HCPKY,3,D,17*" + digits) is Unreadable.BAD_CHECKSUM


@pytest.mark.parametrize(
    "sentence", [b"", b"$", b"$*", b"*00", b"HCPKY,3,D,17*14", b"$HCPKY,3,D,17#14", b"\xff" * 9]
)
def test_what_is_no_sentence_at_all_is_refused(sentence: bytes) -> None:
    assert decode(sentence) is Unreadable.BAD_CHECKSUM


@pytest.mark.parametrize("key", [b"0", b"6", b"05", b"", b"-1", b"x", b"5 ", b"12"])
def test_a_key_that_is_not_1_to_5_is_never_turned_into_another(key: bytes) -> None:
    assert decode(framed(b"HCPKY," + key + b",D,1")) is Unreadable.UNKNOWN_KEY


@pytest.mark.parametrize(
    "body",
    [
        b"HCPKY,3,d,1",
        b"HCPKY,3,,1",
        b"HCPKY,3,D,",
        b"HCPKY,3,D,-1",
        b"HCPKY,3,D,+1",
        b"HCPKY,3,D,1_0",
        b"HCPKY,3,D, 1",
        b"HCPKY,3,D,65536",
        b"HCPKY,3,D,000001",
        b"HCPKY,3,D",
        b"HCPKY,3,D,1,1",
        b"hcpky,3,D,1",
        b"HCPHB,1,2,3,4",
        b"HCPHB,1,2,3,4,5,6",
        b"HCPHB,1,2,3,4,x",
        b"HCPLT,3",
        b"GPGGA,1",
        b"",
    ],
)
def test_a_name_or_field_we_do_not_know_is_refused(body: bytes) -> None:
    assert decode(framed(body)) is Unreadable.UNKNOWN_SENTENCE


def test_lamps_are_written_as_a_decimal_mask() -> None:
    assert LampSentence(21).encode() == b"$HCPLT,21*6C\r\n"


def test_a_beep_is_written_in_milliseconds() -> None:
    assert BeepSentence(80).encode() == b"$HCPBP,80*6D\r\n"


@given(st.integers(1, 5), st.sampled_from(Stroke), st.integers(0, 65535))
def test_a_key_sentence_reads_as_it_was_written(key: int, stroke: Stroke, count: int) -> None:
    sentence = KeySentence(key, stroke, count)
    assert decode(sentence.encode().removesuffix(b"\r\n")) == sentence


@given(st.lists(st.integers(0, 65535), min_size=5, max_size=5))
def test_a_heartbeat_reads_as_it_was_written(counts: list[int]) -> None:
    sentence = HeartbeatSentence(tuple(counts))
    assert decode(sentence.encode().removesuffix(b"\r\n")) == sentence


@given(st.binary(max_size=40))
def test_no_bytes_make_decoding_raise(sentence: bytes) -> None:
    decode(sentence)
    decode(framed(sentence))


@pytest.mark.parametrize(("key", "count"), [(0, 1), (6, 1), (1, -1), (1, 65536)])
def test_a_key_sentence_out_of_range_cannot_be_made(key: int, count: int) -> None:
    with pytest.raises(ValueError, match=r"^(key|count) -?\d+ is not "):
        KeySentence(key, Stroke.DOWN, count)


def test_other_sentences_out_of_range_cannot_be_made() -> None:
    with pytest.raises(ValueError, match=r"^4 counts for 5 keys$"):
        HeartbeatSentence((1, 2, 3, 4))
    with pytest.raises(ValueError, match=r"^mask 32 is not 0 to 31$"):
        LampSentence(32)
    with pytest.raises(ValueError, match=r"^0 ms is not 1 to 9999$"):
        BeepSentence(0)
