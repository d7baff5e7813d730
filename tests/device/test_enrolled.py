"""What enrolment leaves beside the keys: read whole or refused, and which box it belongs to."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from device.enrolled import Enrolled, board_serial, read_enrolled
from device.errors import ConfigError

ENROLLED = Enrolled(
    device="cp-2222222222",
    ticket="0123456789abcdef",
    window="W07",
    hall="hall-1",
    issued_at="2026-11-22T10:15:02.113+08:00",
    statement="a.b.c",
    board="100000004711",
)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "enrolment.json"
    path.write_bytes(msgspec.json.encode(ENROLLED))
    assert read_enrolled(path) == ENROLLED


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"\xff", b'{"device": "x"}', msgspec.json.encode(ENROLLED).replace(b"2026-11-22T", b"noon")],
)
def test_what_is_not_whole_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "enrolment.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"enrolment\.json: is not what an enrolment leaves: .*enrol"):
        read_enrolled(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"enrolment\.json: cannot be read: No such file"):
        read_enrolled(tmp_path / "enrolment.json")


@pytest.mark.parametrize(
    ("board", "another"), [("100000004711", False), ("100000004712", True), (None, False)]
)
def test_another_box_is_one_with_another_number(board: str | None, *, another: bool) -> None:
    assert ENROLLED.is_of_another(board) is another
    assert not msgspec.structs.replace(ENROLLED, board=None).is_of_another(board)


def test_the_number_of_a_board_ends_with_a_zero_byte(tmp_path: Path) -> None:
    path = tmp_path / "serial-number"
    path.write_bytes(b"100000004711\0")
    assert board_serial(path) == "100000004711"
    path.write_bytes(b"\0")
    assert board_serial(path) is None
    assert board_serial(tmp_path / "none") is None
