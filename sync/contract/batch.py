"""A batch: consecutive rows of a ledger as one Ratings message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from device.chain import canonical, link
from device.errors import ContractError
from device.handling import MAX_INTEGER
from device.json_text import read_any_json
from sync.contract.messages import Ratings

STEP_BYTES = 1024
"""Sizes are padded to steps of this, so that they do not tell how many reasons a row has."""

MAX_ROWS_BYTES = 180 * 1024
"""Room for rows in one message: 256 KiB less base64 (4/3), the envelope and the padding."""


class ChainedRow(Protocol):
    """A row as a ledger stores it. `canonical`: its RFC 8785 bytes, without `hash`."""

    @property
    def seq(self) -> int: ...
    @property
    def prev(self) -> str: ...
    @property
    def hash(self) -> str: ...
    @property
    def canonical(self) -> bytes: ...


_MOST_NESTED = 32  # a row of ours has 2

RowT = TypeVar("RowT", bound=ChainedRow)

_HASH_BYTES = len(',"hash":""') + 64 + len(",")


def first_batch(rows: Iterable[RowT], *, most_rows: int, most_bytes: int = MAX_ROWS_BYTES) -> list[RowT]:
    """The first rows of `rows` that go into one message: at most `most_rows` and `most_bytes`, without a gap.

    At least one; one row always fits, for every string in it has a maximum length.
    """
    taken: list[RowT] = []
    size = 0
    for row in rows:
        size += len(row.canonical) + _HASH_BYTES
        if taken and (len(taken) >= most_rows or size > most_bytes or row.seq != taken[-1].seq + 1):
            break
        taken.append(row)
    return taken


def build_batch(log_id: str, rows: Sequence[ChainedRow], *, after_loss: bool = False) -> Ratings:
    """The message that carries `rows`: at least one, consecutive, linked.

    `after_loss`: the rows before them are lost, as hello has declared. Raises msgspec.DecodeError when the
    text of a row is not JSON.
    """
    message = Ratings(
        log_id=log_id,
        first=rows[0].seq,
        last=rows[-1].seq,
        prev=rows[0].prev,
        head=rows[-1].hash,
        rows=[{**read_any_json(row.canonical), "hash": row.hash} for row in rows],
        after_loss=after_loss,
    )
    missing = -len(msgspec.json.encode(message)) % STEP_BYTES
    return msgspec.structs.replace(message, pad=" " * missing)


def check_batch(ratings: Ratings) -> None:
    """That the rows of `ratings` are `first` to `last`, each hash is right and links to the one before.

    Raises ContractError naming the first seq that is not.
    """
    if ratings.last - ratings.first + 1 != len(ratings.rows):
        raise ContractError(f"rows {ratings.first} to {ratings.last} are announced, {len(ratings.rows)} came")
    prev = ratings.prev
    for seq, row in enumerate(ratings.rows, start=ratings.first):
        if row.get("seq") != seq or isinstance(row["seq"], bool):
            raise ContractError(f"row {seq}: its own seq is another")
        unhashed = {name: value for name, value in row.items() if name != "hash"}
        if not _is_canonical(unhashed):
            raise ContractError(f"row {seq}: holds a number, name or nesting without one canonical form")
        prev = link(prev, canonical(unhashed))
        if row.get("hash") != prev:
            raise ContractError(f"row {seq}: its hash does not follow from the row before it")
    if prev != ratings.head:
        raise ContractError(f"row {ratings.last}: its hash is not the batch's head")


def _is_canonical(value: Any, nested: int = 0) -> bool:
    """Whether sorted JSON of `value` is RFC 8785: no floats, no integer beyond 2^53 - 1, only ASCII names.

    Nor lists or objects within one another so deep that the stack would have to bear them.
    """
    if nested > _MOST_NESTED:
        return False
    # Most members are texts or nothing: told here, without a call for each of some forty in every row.
    if isinstance(value, dict):
        for name, member in value.items():
            if not name.isascii():
                return False
            if type(member) is not str and member is not None and not _is_canonical(member, nested + 1):
                return False
        return True
    if isinstance(value, list):
        return all(_is_canonical(member, nested + 1) for member in value)
    if isinstance(value, int):
        return -MAX_INTEGER <= value <= MAX_INTEGER
    return not isinstance(value, float)
