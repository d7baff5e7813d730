"""The session's rules, one by one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sync.agent.advancing import advance
from sync.agent.protocol import (
    Action,
    Answered,
    BatchSent,
    Connected,
    Event,
    HelloSent,
    Lost,
    MoveWatermark,
    Rebuild,
    Report,
    SendBatch,
    SendHello,
    Tick,
)
from sync.agent.session import Pace, Phase, Session
from sync.contract.messages import Receipt
from tests.sync.agent.province_model import LOG_ID, TIME, hash_of

PACE = Pace(window=2, watchdog_ms=30_000)
SESSION = "5e5510f7a1b2c3d4"


def step(session: Session, *events: Event) -> tuple[Session, list[Action]]:
    """The state after `events`, and what the last of them led to."""
    actions: list[Action] = []
    for event in events:
        session, actions = advance(session, event, PACE)
    return session, actions


def receipt(status: str = "ok", *, through: int, re: str = "hello-1", **fields: object) -> Receipt:
    values: dict[str, object] = {
        "re": re,
        "session": SESSION,
        "log_id": LOG_ID,
        "through": through,
        "head": hash_of(through),
        "status": status,
        "time": TIME,
        **fields,
    }
    return Receipt(**values)  # type: ignore[arg-type]


def answered(receipt: Receipt, *, at_ms: int = 10) -> Answered:
    return Answered(receipt, hash_of(receipt.through), at_ms)


def greeting(*, head: int = 10, watermark: int = 0) -> Session:
    session, actions = step(Session(), Connected(SESSION, LOG_ID, watermark, head, at_ms=0))
    assert actions == [SendHello()]
    return step(session, HelloSent("hello-1"))[0]


def carrying(*, head: int = 10, watermark: int = 0) -> Session:
    """Rows up to `watermark` are receipted, nothing is in flight."""
    return step(greeting(head=head), answered(receipt(through=watermark), at_ms=0))[0]


def test_rows_are_sent_only_after_hello_was_answered() -> None:
    session, actions = step(greeting(), Tick(10, at_ms=100))
    assert (session.phase, actions) == (Phase.GREETING, [])
    session, actions = step(session, answered(receipt(through=4)))
    assert (session.phase, actions) == (Phase.CARRYING, [MoveWatermark(4), SendBatch(after=4)])


def test_the_answer_to_hello_moves_the_watermark_back_for_a_province_restored_from_a_backup() -> None:
    session, actions = step(greeting(watermark=9), answered(receipt(through=3)))
    assert session.watermark == 3
    assert actions == [MoveWatermark(3), SendBatch(after=3)]


def test_batches_follow_one_another_until_the_window_is_full() -> None:
    session, actions = step(carrying(), BatchSent("b-1", 3, at_ms=20))
    assert actions == [SendBatch(after=3)]
    session, actions = step(session, BatchSent("b-2", 6, at_ms=20))
    assert actions == []
    session, actions = step(session, answered(receipt(through=3, re="b-1")))
    assert actions == [MoveWatermark(3), SendBatch(after=6)]


def test_one_receipt_may_answer_for_several_batches() -> None:
    session, actions = step(
        carrying(), BatchSent("b-1", 3, 20), BatchSent("b-2", 6, 20), answered(receipt(through=6, re="b-2"))
    )
    assert (session.in_flight, session.watermark) == ((), 6)
    assert actions == [MoveWatermark(6), SendBatch(after=6)]


def test_an_older_receipt_of_the_session_moves_nothing_back() -> None:
    session = carrying(watermark=6)
    assert step(session, answered(receipt(through=3, re="b-1"))) == (session, [])


@pytest.mark.parametrize(
    "foreign",
    [{"session": "another"}, {"log_id": "f" * 32}],
    ids=["another session", "another log"],
)
@pytest.mark.parametrize("status", ["ok", "resend", "diverged"])
def test_a_receipt_for_something_else_is_ignored(foreign: dict[str, object], status: str) -> None:
    session = carrying(watermark=2)
    assert step(session, answered(receipt(status, through=5, **foreign))) == (session, [])


def test_a_stray_receipt_does_not_pass_for_the_answer_to_hello() -> None:
    session = greeting()
    assert step(session, answered(receipt(through=5, re="b-9"))) == (session, [])


def test_resend_goes_back_to_the_row_asked_for() -> None:
    session, actions = step(
        carrying(watermark=4),
        BatchSent("b-1", 6, 20),
        BatchSent("b-2", 8, 20),
        answered(receipt("resend", through=2, from_seq=3, re="b-2")),
    )
    assert (session.watermark, session.in_flight) == (2, ())
    assert actions == [MoveWatermark(2), SendBatch(after=2)]


def test_rows_written_since_the_last_look_at_the_ledger_may_be_sent_and_receipted() -> None:
    session, _ = step(carrying(head=2), BatchSent("b-1", 5, 20))
    session, actions = step(session, answered(receipt(through=5, re="b-1")))
    assert (session.watermark, actions) == (5, [MoveWatermark(5)])


def test_of_several_answers_resend_after_one_gap_only_the_first_is_followed() -> None:
    session, _ = step(
        carrying(),
        BatchSent("b-1", 3, 20),
        BatchSent("b-2", 6, 20),
        answered(receipt("resend", through=0, from_seq=1, re="b-1")),
        BatchSent("b-3", 3, 30),
    )
    assert step(session, answered(receipt("resend", through=0, from_seq=1, re="b-2"))) == (session, [])


def test_a_province_that_asks_again_and_again_is_answered_ever_slower() -> None:
    session = carrying()
    sent_at_ms, waits_ms = 0, []
    now_ms = 0
    for number in range(5):
        session, _ = step(session, BatchSent(f"b-{number}", 3, now_ms))
        session, actions = step(
            session, answered(receipt("resend", through=0, from_seq=1, re=f"b-{number}"), at_ms=now_ms)
        )
        while SendBatch(after=0) not in actions:
            now_ms += 500
            session, actions = step(session, Tick(10, now_ms))
        waits_ms.append(now_ms - sent_at_ms)
        sent_at_ms = now_ms
    assert waits_ms == [0, 4_000, 8_000, 16_000, 30_000]


def test_without_a_receipt_the_same_rows_are_sent_again_ever_slower() -> None:
    session, _ = step(carrying(), BatchSent("b-1", 3, 0), BatchSent("b-2", 6, 0))
    assert step(session, Tick(10, 1_900))[1] == []
    session, actions = step(session, Tick(10, 2_000))
    assert actions == [SendBatch(after=0)]
    session, _ = step(session, BatchSent("b-3", 3, 2_000), BatchSent("b-4", 6, 2_000))
    assert step(session, Tick(10, 5_900))[1] == []
    assert step(session, Tick(10, 6_000))[1] == [SendBatch(after=0)]


def test_hello_is_said_again_when_it_is_not_answered() -> None:
    session, actions = step(greeting(), Tick(10, 1_900))
    assert actions == []
    session, actions = step(session, Tick(10, 2_000))
    assert actions == [SendHello()]
    session, _ = step(session, HelloSent("hello-2"))
    late, actions = step(session, answered(receipt(through=4, re="hello-1")))
    assert late.phase is Phase.CARRYING


def test_a_link_without_progress_is_rebuilt() -> None:
    silent, _ = step(greeting(), Tick(10, 2_000))
    assert step(silent, Tick(10, 30_000))[1] == [Rebuild("hello was not answered")]
    stuck, _ = step(carrying(), BatchSent("b-1", 3, 0))
    assert step(stuck, Tick(10, 30_000))[1] == [Rebuild("rows were sent and not receipted")]


def test_a_link_without_rows_to_carry_is_left_alone() -> None:
    session, actions = step(carrying(head=10, watermark=10), *(Tick(10, at) for at in range(0, 10**6, 10**5)))
    assert actions == []
    session, actions = step(session, Tick(11, 10**6))
    assert actions == [SendBatch(after=10)]
    assert step(session, BatchSent("b-1", 11, 10**6), Tick(11, 10**6 + 1_000))[1] == []


def test_a_pause_asked_for_is_kept_and_is_no_silence() -> None:
    session, actions = step(greeting(), answered(receipt(through=0, pause_s=60.0), at_ms=0))
    assert actions == [MoveWatermark(0)]
    assert step(session, Tick(10, 59_999))[1] == []
    assert step(session, Tick(10, 60_000))[1] == [SendBatch(after=0)]


def test_a_pause_longer_than_ten_minutes_is_a_slip() -> None:
    session, _ = step(greeting(), answered(receipt(through=0, pause_s=86_400.0), at_ms=0))
    assert step(session, Tick(10, 600_000))[1] == [SendBatch(after=0)]


@pytest.mark.parametrize("status", ["diverged", "unknown_device", "refused", "some_later_word"])
def test_a_province_that_does_not_take_our_rows_is_asked_again_later_and_the_rows_stay(status: str) -> None:
    refusal = receipt(status, through=0, log_id=None, head=None, why="because")
    session, actions = step(greeting(), answered(refusal, at_ms=0))
    assert (session.phase, actions) == (Phase.HELD, [Report(status, "because")])
    assert step(session, Tick(10, 9_999))[1] == []
    session, actions = step(session, Tick(10, 10_000))
    assert (session.phase, actions) == (Phase.GREETING, [SendHello()])
    session, actions = step(session, HelloSent("hello-2"), answered(replace_re(refusal), at_ms=10_000))
    assert (session.phase, actions) == (Phase.HELD, [])  # the same fault is reported once
    assert step(session, Tick(10, 29_999))[1] == []  # and asked about ever slower
    session, _ = step(session, Tick(10, 30_000), HelloSent("hello-3"))
    session, actions = step(session, answered(receipt(through=0, re="hello-3"), at_ms=30_000))
    assert actions == [MoveWatermark(0), Report(None, ""), SendBatch(after=0)]


def replace_re(refusal: Receipt) -> Receipt:
    return Receipt(
        re="hello-2", session=SESSION, through=0, status=refusal.status, time=TIME, why=refusal.why
    )


def test_a_fault_is_remembered_over_a_new_connection() -> None:
    held, _ = step(greeting(), answered(receipt("refused", through=0)))
    lost, _ = step(held, Lost())
    again, _ = step(lost, Connected(SESSION, LOG_ID, 0, 10, 0), HelloSent("hello-1"))
    assert step(again, answered(receipt(through=0)))[1][:2] == [MoveWatermark(0), Report(None, "")]


def test_a_province_that_holds_another_row_in_the_place_of_ours_has_diverged() -> None:
    other = receipt(through=4, head="f" * 64)
    session, actions = step(greeting(), answered(other))
    assert session.phase is Phase.HELD
    assert actions == [Report("diverged", "the province holds another row in the place of ours")]
    session, actions = step(carrying(), BatchSent("b-1", 4, 0), answered(other))
    assert session.phase is Phase.HELD
    assert session.watermark == 0


def test_a_province_that_holds_more_than_our_ledger_has_diverged() -> None:
    _, actions = step(greeting(head=10), Answered(receipt(through=11), None, 10))
    assert actions == [Report("diverged", "the province holds rows that this ledger does not have")]


def test_a_province_that_asks_for_rows_below_the_floor_is_told_of_as_a_fault() -> None:
    _, actions = step(greeting(head=10), Answered(receipt(through=2), None, 10))
    assert actions == [Report("rows_gone", "the province asks for rows that this ledger no longer has")]


def test_quarantine_does_not_block() -> None:
    _, actions = step(
        carrying(), BatchSent("b-1", 3, 20), answered(receipt("quarantined", through=3, re="b-1", why="x"))
    )
    assert actions == [MoveWatermark(3), Report("quarantined", "x"), SendBatch(after=3)]


def test_what_comes_after_the_link_is_lost_has_no_effect() -> None:
    session, _ = step(carrying(), BatchSent("b-1", 3, 20), Lost())
    for event in (answered(receipt(through=3, re="b-1")), BatchSent("b-2", 6, 30), Tick(10, 10**6)):
        assert step(session, event)[1] == []
    assert replace(session, head=0) == Session()
