"""The encoding of a table, told from its bytes: UTF-8 with or without BOM, GBK or GB18030; never guessed."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from province.places.fault import Fault

UTF_8 = "utf-8"
GB18030 = "gb18030"
ENCODINGS = ("auto", UTF_8, GB18030)
MOST_MB = 16

_BOM = b"\xef\xbb\xbf"
# Below this no character is Chinese: such text, two bytes each, may as well be GBK.
_FIRST_OF_THREE_BYTES = "\u0800"


class _Looks(StrEnum):
    """What the bytes of one line can be."""

    ASCII = "ascii"
    EITHER = "either"
    UTF_8 = "utf-8"
    GB18030 = "gb18030"
    NEITHER = "neither"


def decode_lines(content: bytes, *, encoding: str = "auto") -> tuple[list[str], list[Fault]]:
    """The lines of a file, in its one encoding, and what is wrong with them; a line that is no text is empty.

    Each line alone is looked at. Chinese GBK text is hardly ever valid UTF-8, but short pieces of it are: a
    file whose every line could be either is not guessed at but refused, and `encoding` can say which it is.
    """
    whole = _fault_of_whole(content)
    if whole is not None:
        return [], [Fault(1, whole, facts={"most": MOST_MB} if whole == "too_big" else {})]
    marked = content.startswith(_BOM)
    raw = re.split(rb"\r\n|\n|\r", content.removeprefix(_BOM))
    if marked or encoding != "auto":
        return _decoded(raw, UTF_8 if marked else encoding, "not_text")
    looks = [_look(line) for line in raw]
    if _Looks.UTF_8 in looks:
        return _decoded(raw, UTF_8, "mixed")
    if _Looks.GB18030 in looks or _Looks.EITHER not in looks:
        return _decoded(raw, GB18030, "not_text")
    return [], [Fault(looks.index(_Looks.EITHER) + 1, "ambiguous")]


def _fault_of_whole(content: bytes) -> str | None:
    if len(content) > MOST_MB * 1024 * 1024:
        return "too_big"
    if content.startswith(b"PK\x03\x04") or content.startswith(b"\xd0\xcf\x11\xe0"):
        return "workbook"
    return "utf16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else None


def _decoded(raw: list[bytes], encoding: str, code: str) -> tuple[list[str], list[Fault]]:
    lines: list[str] = []
    faults: list[Fault] = []
    for number, line in enumerate(raw, 1):
        text = _text(line, encoding)
        if text is None:
            bad = "not_text" if _look(line) is _Looks.NEITHER else code
            faults.append(Fault(number, bad))
        elif "\0" in text:
            faults.append(Fault(number, "nul"))
            text = None
        lines.append(text or "")
    return lines, faults


def _look(line: bytes) -> _Looks:
    if line.isascii():
        return _Looks.ASCII
    in_utf_8, in_gb18030 = _text(line, UTF_8), _text(line, GB18030)
    if in_utf_8 is not None and (in_gb18030 is None or max(in_utf_8) >= _FIRST_OF_THREE_BYTES):
        return _Looks.UTF_8
    if in_gb18030 is None:
        return _Looks.NEITHER
    return _Looks.GB18030 if in_utf_8 is None else _Looks.EITHER


def _text(line: bytes, encoding: str) -> str | None:
    """The text of a line, None if it is none in this encoding."""
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError:
        return None
    # GB18030 gives nearly any bytes a meaning; what nobody writes shows that they had another.
    return None if any(unicodedata.category(c) in {"Cn", "Co"} for c in text) else text
