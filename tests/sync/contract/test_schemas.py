"""The JSON Schemas that are shipped say of every message what the code does with it.

Run as a program (`python -m tests.sync.contract.test_schemas`), it writes the schemas of messages anew.
"""

from __future__ import annotations

import inspect
import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from device.handling import Handling, parse_handling
from device.row import ClockRow, Invite, Outcome, Rating, Sealed
from sync.contract.envelope import event_type
from sync.contract.messages import TYPES, Message
from sync.contract.topics import DownName, Name, UpName

SCHEMAS = Path(__file__).parents[3] / "sync" / "contract" / "schemas"
GOLDEN = Path(__file__).parent.parent / "golden"
GOLDENS = [json.loads(path.read_text("utf-8")) for path in sorted(GOLDEN.glob("*.json"))]
LOG_ID = "00112233445566778899aabbccddeeff"
HASH = "03828aa59d607fd3951834a8dcb5885f2b48439ea82b7c00a22fba9e9da5718a"


def schema_file(name: Name | str) -> Path:
    return SCHEMAS / f"{name}.v1.json"


def shipped(name: Name | str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(schema_file(name).read_text("utf-8"))
    return schema


def validator(name: Name | str) -> Draft202012Validator:
    return Draft202012Validator(shipped(name))


def schema_of(name: Name) -> dict[str, Any]:
    """The schema that the message's own type makes."""
    (top,), parts = msgspec.json.schema_components((TYPES[name],), ref_template="#/$defs/{name}")
    own = parts.pop(top["$ref"].removeprefix("#/$defs/"))
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{event_type(name).replace('.', ':')}",
        **own,
        **({"$defs": parts} if parts else {}),
    }
    for described in (schema, *parts.values()):
        described["description"] = inspect.cleandoc(described["description"])
    return schema


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.name)
def test_a_shipped_schema_is_a_schema_of_2020_12(path: Path) -> None:
    Draft202012Validator.check_schema(json.loads(path.read_text("utf-8")))


@pytest.mark.parametrize("name", sorted(TYPES))
def test_the_shipped_schema_of_a_message_is_that_of_its_type(name: Name) -> None:
    assert shipped(name) == schema_of(name), "run python -m tests.sync.contract.test_schemas"


def test_there_is_a_schema_for_every_message_and_for_rows_and_none_besides() -> None:
    assert {path.name for path in SCHEMAS.glob("*.json")} == {f"{name}.v1.json" for name in [*TYPES, "row"]}


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden["event"]["id"])
def test_a_golden_message_validates_against_the_schema_that_its_event_names(golden: dict[str, Any]) -> None:
    name = golden["topic"].rsplit("/", 1)[1]
    assert shipped(name)["$id"] == golden["event"]["dataschema"]
    validator(name).validate(golden["event"]["data"])


def test_golden_rows_validate() -> None:
    rows = [row for golden in GOLDENS for row in golden["event"]["data"].get("rows", [])]
    assert rows
    for row in rows:
        validator("row").validate(row)


# What the schema takes and what the code takes is the same, over messages made at random.

_TIME = "2026-11-22T10:15:20.000+08:00"
# Values near the bounds, and of every JSON type. No float is whole: JSON Schema calls 1.0 an integer.
values = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([-1, 0, 1, 2**53 - 1, 2**53]),
    st.integers(-(2**60), 2**60),
    st.sampled_from([0.5, -0.5, 86400.5]),
    st.text("0aF -\0\n\x7fé评\ud7ff\uffff\U0001f600", max_size=8),  # any character at all is slow to draw
    st.sampled_from(
        ["x" * 64, "x" * 65, "x" * 400, "x" * 401, LOG_ID, HASH, HASH.upper(), _TIME, f"{_TIME}Z"]
    ),
    st.lists(st.one_of(st.integers(0, 3), st.text("x评", max_size=3)), max_size=3),
    st.lists(st.just("x"), min_size=32, max_size=33),
    st.dictionaries(st.text("x评", max_size=4), st.integers(), max_size=2),
)


@st.composite
def nearly(draw: st.DrawFn, name: Name) -> dict[str, Any]:
    """A golden message with a few fields, at any depth, put otherwise, left out or added."""
    candidates = [g["event"]["data"] for g in GOLDENS if g["topic"].endswith(f"/{name}")]
    message: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from(candidates))))
    known = [field.encode_name for field in msgspec.structs.fields(TYPES[name])]
    for _ in range(draw(st.integers(0, 3))):
        target: Any = message
        while True:
            inner = [v for v in (target.values() if isinstance(target, dict) else target) if v]
            inner = [v for v in inner if isinstance(v, dict | list)]
            if not inner or draw(st.booleans()):
                break
            target = draw(st.sampled_from(inner))
        _alter(draw, target, known)
    return message


def _alter(draw: st.DrawFn, target: Any, known: list[str]) -> None:
    if isinstance(target, list):
        if target:
            target[draw(st.integers(0, len(target) - 1))] = draw(values)
        return
    name = draw(st.sampled_from(sorted({*known, *target, "unknown"})))
    if name in target and draw(st.booleans()):
        del target[name]
    else:
        target[name] = draw(values)


@pytest.mark.parametrize("name", sorted({g["topic"].rsplit("/", 1)[1] for g in GOLDENS}))
def test_the_schema_and_the_code_take_the_same_messages(name: str) -> None:
    spoken: Name = UpName(name) if name in set(UpName) else DownName(name)
    check = validator(spoken)
    decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(TYPES[spoken])

    @settings(max_examples=200)
    @given(nearly(spoken))
    def agree(message: dict[str, Any]) -> None:
        try:
            decoder.decode(json.dumps(message))
            taken = True
        except msgspec.ValidationError:
            taken = False
        assert check.is_valid(message) == taken

    agree()


codes = st.text(st.characters(codec="utf-8"), max_size=64)
moments = {
    "at": st.just(_TIME),
    "boot": st.just(LOG_ID),
    "mono_ms": st.integers(0, 2**53 - 1),
    "clock": st.sampled_from(["trusted", "unknown"]),
}
handlings = st.builds(
    Handling,
    project_no=st.text("0123456789-", min_size=1, max_size=50),
    service_no=st.integers(1, 2**53 - 1),
    assessment=st.integers(1, 2),
    task_name=st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200),
    task_type=st.none() | st.text("0123456789", max_size=2),
    status=st.none() | st.integers(0, 99) | st.text("0123456789", max_size=2),
)


@st.composite
def ratings(draw: st.DrawFn) -> Rating:
    outcome = draw(st.sampled_from(Outcome))
    level = draw(st.integers(1, 5)) if outcome is Outcome.RATED else None
    fields: dict[str, Any] = {name: draw(strategy) for name, strategy in moments.items()}
    return Rating(
        **fields,
        kind=draw(st.sampled_from(["rating", "test"])),
        visit=f"{draw(st.integers(0, 2**128 - 1)):032x}",
        outcome=outcome,
        level=level,
        window=draw(st.none() | codes),
        assignment=draw(st.none() | st.integers(1, 2**53 - 1)),
        channel=draw(st.integers(1, 99)),
        language=draw(codes),
        layout_id=draw(codes),
        indicator_list=draw(codes),
        indicators=tuple(draw(st.lists(st.text("0123456789", min_size=3, max_size=3), max_size=8))),
        replaces=draw(st.none() | st.integers(1, 2**53 - 1)),
        invite=draw(st.none() | st.builds(Invite, id=codes, via=codes, signed=st.booleans())),
        sealed=draw(st.none() | st.just(Sealed(sha256=HASH, purpose="words"))),
        handling=draw(st.none() | handlings),
        clerk=draw(st.none() | codes),
        input=draw(st.sampled_from([None, "key", "touch"])),
        invited_at=draw(st.sampled_from([None, _TIME])),
        flags=tuple(draw(st.lists(codes, max_size=3))),
    )


@given(ratings(), st.integers(1, 2**53 - 1))
def test_whatever_rating_the_code_can_make_validates_as_a_row(rating: Rating, seq: int) -> None:
    validator("row").validate({**json.loads(msgspec.json.encode(rating)), "seq": seq, "hash": HASH})


@given(handlings)
def test_whatever_handling_validates_is_taken_at_the_counter(handling: Handling) -> None:
    assert parse_handling(msgspec.to_builtins(handling)) == handling


@given(st.builds(ClockRow, **moments, source=st.just("kernel")))
def test_whatever_clock_row_the_code_can_make_validates_as_a_row(row: ClockRow) -> None:
    validator("row").validate({**msgspec.to_builtins(row), "seq": 1, "hash": HASH})


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": None},
        {"level": 6},
        {"level": True},
        {"outcome": "unanswered"},
        {"visit": "1"},
        {"seq": 0},
        {"hash": HASH.upper()},
        {"at": "yesterday"},
        {"handling": {"project_no": "", "service_no": 1}},
        {"handling": {"project_no": "x" * 51, "service_no": 1}},
        {"handling": {"project_no": "1"}},
        {"flags": ["x"] * 33},
    ],
    ids=str,
)
def test_a_row_that_no_device_may_write_does_not_validate(wrong: dict[str, Any]) -> None:
    row = next(r for g in GOLDENS for r in g["event"]["data"].get("rows", []) if r["level"])
    assert validator("row").is_valid(row)
    assert not validator("row").is_valid({**row, **wrong})


@pytest.mark.parametrize("kind", ["note", "handover", "clock"])
def test_a_row_of_a_known_kind_says_when_it_was_made(kind: str) -> None:
    assert not validator("row").is_valid({"kind": kind, "seq": 1, "hash": HASH})


@pytest.mark.parametrize(
    ("name", "field"),
    [
        (UpName.HELLO, "sent_at"),
        (UpName.STATUS, "sent_at"),
        (DownName.RECEIPT, "time"),
        (DownName.ORDER, "issued_at"),
        (DownName.ORDER, "expires_at"),
    ],
)
def test_a_time_that_no_calendar_has_is_refused_where_it_is_reckoned_with(name: Name, field: str) -> None:
    message = next(g["event"]["data"] for g in GOLDENS if g["topic"].endswith(f"/{name}"))
    for time, taken in ((_TIME, True), ("2026-02-30T10:15:20.000+08:00", False)):
        text = json.dumps({**message, field: time})
        with nullcontext() if taken else pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(text, type=TYPES[name])


def test_a_row_of_an_unknown_kind_and_unknown_fields_are_tolerated() -> None:
    validator("row").validate({"kind": "weather", "seq": 1, "hash": HASH, "rain": [1, {"mm": 3}]})


def _write() -> None:
    for name in TYPES:
        text = json.dumps(schema_of(name), ensure_ascii=False, indent=1)
        schema_file(name).write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    _write()
