"""Batches of rows: built, split and checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.chain import canonical, genesis, link
from device.errors import ContractError
from sync.contract.batch import STEP_BYTES, build_batch, check_batch, first_batch
from sync.contract.envelope import device_path, unwrap, wrap
from sync.contract.keys import KeySet, SigningKey
from sync.contract.messages import Ratings
from sync.contract.topics import Direction, Topic, UpName

LOG_ID = "00112233445566778899aabbccddeeff"


@dataclass(frozen=True)
class Stored:
    seq: int
    prev: str
    hash: str
    canonical: bytes


def chained(*fields: dict[str, Any]) -> list[Stored]:
    """Rows 1, 2, … with these fields."""
    rows, prev = [], genesis(LOG_ID)
    for seq, more in enumerate(fields, start=1):
        text = canonical({"seq": seq, "kind": "rating", **more})
        rows.append(Stored(seq, prev, link(prev, text), text))
        prev = rows[-1].hash
    return rows


def plain(count: int, **fields: Any) -> list[Stored]:
    return chained(*[fields] * count)


def changed(ratings: Ratings, **changes: Any) -> Ratings:
    return msgspec.structs.replace(ratings, **changes)


def test_a_batch_built_from_a_ledger_is_sound() -> None:
    rows = plain(5)[2:]
    ratings = build_batch(LOG_ID, rows)
    assert (ratings.first, ratings.last, ratings.prev, ratings.head) == (3, 5, rows[0].prev, rows[-1].hash)
    check_batch(ratings)


def test_unknown_fields_travel_with_the_row_and_are_hashed() -> None:
    ratings = build_batch(LOG_ID, chained({"later": {"inner": [1, None, "三"]}}))
    assert ratings.rows[0]["later"] == {"inner": [1, None, "三"]}
    check_batch(ratings)


@pytest.mark.parametrize("reasons", [[], ["207"], ["207", "209", "201"]])
def test_the_size_of_a_message_does_not_tell_how_many_reasons_a_row_has(reasons: list[str]) -> None:
    ratings = build_batch(LOG_ID, chained({"level": 2, "indicators": reasons, "task_name": "x" * 300}))
    assert len(msgspec.json.encode(ratings)) == STEP_BYTES


def test_a_batch_ends_at_its_most_rows_and_at_its_most_bytes() -> None:
    rows = plain(10, text="x" * 1000)
    assert len(first_batch(rows, most_rows=4)) == 4
    assert len(first_batch(rows, most_rows=10, most_bytes=3_500)) == 3
    assert len(first_batch(rows, most_rows=10, most_bytes=10)) == 1
    assert first_batch([], most_rows=4) == []


def test_the_largest_batch_fits_in_a_message() -> None:
    key = SigningKey.generate()
    rows = first_batch(plain(500, task_name="名" * 400), most_rows=500)
    assert len(rows) < 500
    token = wrap(
        build_batch(LOG_ID, rows),
        name=UpName.RATINGS,
        source=device_path("d" * 64),
        subject=None,
        at=datetime.now(UTC),
        key=key,
        id="0" * 32,
    )
    topic = Topic("d" * 64, Direction.UP, UpName.RATINGS)
    message = unwrap(token, topic=topic, keys=KeySet([key.public])).message
    assert isinstance(message, Ratings)
    check_batch(message)


def test_a_changed_field_is_found_and_its_row_named() -> None:
    ratings = build_batch(LOG_ID, chained({"level": 1}, {"level": 2}, {"level": 3}))
    rows = [*ratings.rows]
    rows[1] = {**rows[1], "level": 5}
    with pytest.raises(ContractError, match=r"^row 2: its hash does not follow from the row before it$"):
        check_batch(changed(ratings, rows=rows))


def test_a_row_left_out_changed_places_or_renumbered_is_found() -> None:
    ratings = build_batch(LOG_ID, plain(3))
    one, two, three = ratings.rows
    for rows in ([one, three], [two, one, three], [one, two, three, three]):
        with pytest.raises(ContractError):
            check_batch(changed(ratings, rows=rows))
    with pytest.raises(ContractError, match=r"^row 2: its own seq is another$"):
        check_batch(changed(ratings, rows=[one, {**two, "seq": 7}, three]))
    with pytest.raises(ContractError, match=r"^row 1: its own seq is another$"):
        check_batch(changed(ratings, rows=[{**one, "seq": True}, two, three]))


def test_a_wrong_beginning_or_end_is_found() -> None:
    ratings = build_batch(LOG_ID, plain(2))
    with pytest.raises(ContractError, match=r"^row 1: "):
        check_batch(changed(ratings, prev="0" * 64))
    with pytest.raises(ContractError, match=r"^row 2: its hash is not the batch's head$"):
        check_batch(changed(ratings, head="0" * 64))


@pytest.mark.parametrize("value", [0.5, 1e3, 2**53, -(2**53), {"é": 1}, [[1.5]]])
def test_a_row_without_one_canonical_form_is_found(value: object) -> None:
    with pytest.raises(
        ContractError, match=r"^row 1: holds a number, name or nesting without one canonical form$"
    ):
        check_batch(build_batch(LOG_ID, chained({"x": value})))


def nested(times: int) -> list[object]:
    value: list[object] = []
    for _ in range(times):
        value = [value]
    return value


def test_a_row_nested_deeper_than_can_be_walked_is_found() -> None:
    ratings = build_batch(LOG_ID, chained({"x": 1}))
    with pytest.raises(ContractError, match=r"^row 1: "):
        check_batch(changed(ratings, rows=[{**ratings.rows[0], "x": nested(5_000)}]))


def test_a_row_with_a_flipped_bit_makes_no_batch_and_says_so() -> None:
    (row,) = chained({"x": "a"})
    broken = replace(row, canonical=row.canonical.replace(b'"a"', b'"\xe1"'))
    with pytest.raises(msgspec.DecodeError):
        build_batch(LOG_ID, [broken])


@given(st.integers(0, 10**6), st.integers(0, 2))
def test_no_changed_level_passes(level: int, index: int) -> None:
    ratings = build_batch(LOG_ID, chained({"level": 10**7}, {"level": 10**7}, {"level": 10**7}))
    ratings.rows[index]["level"] = level
    with pytest.raises(ContractError, match=rf"^row {index + 1}: "):
        check_batch(ratings)
