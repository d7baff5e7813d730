"""`chuangping wire`: what travels between device and province, for a person to read."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import click

from device.errors import ChuangpingError, ContractError
from sync.contract import jws
from sync.contract.inspection import Inspection, SignatureState, inspect
from sync.contract.key_file import is_signed_by, read_keys
from sync.contract.keys import KeySet
from sync.contract.topics import Topic, parse

_MOST_BYTES = jws.MAX_BYTES + 1024  # of a line: a message, its topic, and the space between
# Characters that a terminal obeys, or that turn the direction of reading: shown by their escapes.
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class UnreadableFile(ChuangpingError):
    """A file that the command was given cannot be read."""

    exit_code: ClassVar[int] = 74


@dataclasses.dataclass(frozen=True, slots=True)
class Decoded:
    """One line of input."""

    line: int
    topic: str | None
    inspection: Inspection

    def is_well(self, *, checked: bool) -> bool:
        """Whether everything in it could be read and, where keys were given, proven."""
        inspection = self.inspection
        signatures = [inspection.signature, *(head.signature for head in inspection.heads)]
        proven = not checked or all(state is SignatureState.HOLDS for state in signatures)
        return proven and not inspection.faults


@click.group()
def wire() -> None:
    """Look at what travels between device and province."""


@wire.command()
@click.option(
    "--keys",
    "key_files",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="JWK Set, signed key set, or PEM certificates: say whether each signature holds; may be repeated",
)
@click.option("--json", "as_json", is_flag=True, help="print one JSON object a line")
def decode(key_files: tuple[Path, ...], as_json: bool) -> None:
    """Read messages from standard input and print what is in them.

    A line holds a message, or a topic and a message as `mosquitto_sub -v` prints them. Exit code 1: a line
    could not be read, a row's hash or (with --keys) a signature does not hold.
    """
    keys = _keys(key_files) if key_files else None
    all_well, lines = True, 0
    for decoded in _decoded(sys.stdin.buffer, keys):
        lines += 1
        click.echo(_plain(json.dumps(_values(decoded), ensure_ascii=False) if as_json else _text(decoded)))
        for fault in decoded.inspection.faults:
            click.echo(_plain(f"line {decoded.line}: {fault}"), err=True)
        all_well = all_well and decoded.is_well(checked=keys is not None)
    if not lines:
        click.echo("standard input held no message; pipe one in, or `mosquitto_sub -v …`", err=True)
    if not all_well or not lines:
        sys.exit(1)


def _decoded(stream: BinaryIO, keys: KeySet | None) -> Iterator[Decoded]:
    number = 0
    while line := stream.readline(_MOST_BYTES + 1):
        number += 1
        if len(line) > _MOST_BYTES and not line.endswith(b"\n"):
            _skip_rest(stream)
            yield Decoded(number, None, Inspection(faults=["is longer than any message and its topic"]))
            continue
        words = line.split()
        if words:
            yield _line(number, words, keys)


def _line(number: int, words: list[bytes], keys: KeySet | None) -> Decoded:
    if len(words) > 2:
        fault = f"has {len(words)} words; allowed: a message, or a topic and a message"
        return Decoded(number, None, Inspection(faults=[fault]))
    topic_name = words[0].decode("utf-8", "replace") if len(words) == 2 else None
    topic: Topic | None = None
    faults = []
    if topic_name is not None:
        try:
            topic = parse(topic_name)
        except ContractError as error:
            faults.append(str(error))
    inspection = inspect(words[-1], topic=topic, keys=keys)
    inspection.faults[:0] = faults
    return Decoded(number, topic_name, inspection)


def _skip_rest(stream: BinaryIO) -> None:
    while (rest := stream.readline(_MOST_BYTES)) and not rest.endswith(b"\n"):
        pass


def _keys(files: tuple[Path, ...]) -> KeySet:
    """All keys of all files. Raises UnreadableFile, ContractError naming the file."""
    contents = {}
    for file in files:
        try:
            contents[file] = file.read_bytes()
        except OSError as error:
            raise UnreadableFile(f"{file}: cannot be read: {error.strerror}") from None
    sets = {}
    for file, content in contents.items():
        try:
            sets[file] = read_keys(content)
        except ContractError as error:
            raise ContractError(f"{file}: {error}") from None
    for file, content in contents.items():
        others = KeySet(key for other, keys in sets.items() if other != file for key in keys)
        if is_signed_by(content, others) is False:
            click.echo(
                f"{file}: is taken at its word, for nothing here proves its own signature;"
                " give its root's certificate with a further --keys",
                err=True,
            )
    return KeySet(key for keys in sets.values() for key in keys)


def _values(decoded: Decoded) -> dict[str, Any]:
    inspection = decoded.inspection
    return {
        "line": decoded.line,
        "topic": decoded.topic,
        "signature": inspection.signature,
        "header": inspection.header,
        "event": inspection.event,
        "data": inspection.data,
        "rows_hold": inspection.rows,
        "blob": inspection.blob,
        "heads": [{"signature": head.signature, "claim": head.claim} for head in inspection.heads],
        "faults": inspection.faults,
    }


def _text(decoded: Decoded) -> str:
    inspection = decoded.inspection
    lines = [f"── line {decoded.line}" + (f" · {decoded.topic}" if decoded.topic else "")]
    if inspection.header is not None:
        kid = inspection.header.get("kid") if isinstance(inspection.header, dict) else None
        lines += [f"header {_one_line(inspection.header)}", f"signature {inspection.signature} (key {kid})"]
    if inspection.event is not None:
        lines.append(f"event {_one_line({k: v for k, v in inspection.event.items() if k != 'data'})}")
    if inspection.rows is not None:
        lines.append(f"rows {'hold: every hash follows' if inspection.rows else 'DO NOT HOLD'}")
    if inspection.blob is not None:
        lines.append(f"sealed blob {inspection.blob}: for the province's case role alone")
    for head in inspection.heads:
        lines.append(f"head announced, signature {head.signature}: {_one_line(head.claim)}")
    if inspection.data is not None:
        lines.append(json.dumps(inspection.data, ensure_ascii=False, indent=1))
    return "\n".join([*lines, *(f"fault {fault}" for fault in inspection.faults)])


def _one_line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _plain(text: str) -> str:
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
