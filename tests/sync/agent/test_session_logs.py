"""A session that has several logs to carry: the active one first, closed ones in its pauses."""

from __future__ import annotations

from dataclasses import replace

from sync.agent.advancing import advance
from sync.agent.protocol import (
    Action,
    Answered,
    BatchSent,
    ClosedSeen,
    Connected,
    HelloSent,
    LookAtClosed,
    MoveWatermark,
    NotSent,
    SendBatch,
    SendHello,
    Shelve,
    Stand,
    Tick,
)
from sync.agent.session import Pace, Phase, Session
from sync.contract.messages import Receipt
from tests.sync.agent.province_model import TIME, hash_of

ACTIVE, OLD, OLDER = "a" * 32, "b" * 32, "c" * 32
PACE = Pace(window=2, watchdog_ms=30_000)


def step(session: Session, *events: object) -> tuple[Session, list[Action]]:
    actions: list[Action] = []
    for event in events:
        session, actions = advance(session, event, PACE)  # type: ignore[arg-type]
    return session, actions


def receipt(
    log_id: str | None, through: int, *, re: str = "h", status: str = "ok", **more: object
) -> Receipt:
    return Receipt(  # type: ignore[arg-type]
        re=re,
        session="s",
        log_id=log_id,
        through=through,
        head=hash_of(through),
        status=status,
        time=TIME,
        **more,
    )


def answered(given: Receipt, *, at_ms: int = 10, gone: bool = False) -> Answered:
    return Answered(given, None if gone else hash_of(given.through), at_ms, gone)


def greeted(*closed: Stand, head: int = 0) -> Session:
    """Said hello; the active log is receipted up to its head."""
    session, _ = step(
        Session(),
        Connected("s", ACTIVE, 0, head, 0, closed),
        HelloSent("h"),
        answered(receipt(ACTIVE, head)),
    )
    return session


def test_closed_logs_are_carried_the_oldest_first_when_the_active_one_is_done() -> None:
    session = greeted(Stand(OLDER, 0, 3), Stand(OLD, 0, 2))
    session, actions = step(session, Tick(0, 20))
    assert (session.log_id, actions) == (OLDER, [SendBatch(0)])
    session, actions = step(session, BatchSent("b1", 3, 21), answered(receipt(OLDER, 3, re="b1"), at_ms=22))
    assert actions == [MoveWatermark(3)]
    session, actions = step(session, Tick(0, 23))
    assert (session.log_id, actions) == (OLD, [SendBatch(0)])
    session, _ = step(session, BatchSent("b2", 2, 24), answered(receipt(OLD, 2, re="b2"), at_ms=25))
    assert session.all_receipted


def test_a_new_row_of_the_active_log_comes_first_once_nothing_is_in_flight() -> None:
    session = greeted(Stand(OLD, 0, 9))
    session, _ = step(session, Tick(0, 20), BatchSent("b1", 3, 21))
    session, actions = step(session, Tick(1, 22))
    assert (session.log_id, actions) == (OLD, [])
    session, actions = step(session, answered(receipt(OLD, 3, re="b1"), at_ms=23))
    assert actions == [MoveWatermark(3)]  # and no further batch
    session, actions = step(session, Tick(1, 24))
    assert (session.log_id, actions) == (ACTIVE, [SendBatch(0)])
    session, _ = step(session, BatchSent("b2", 1, 25), answered(receipt(ACTIVE, 1, re="b2"), at_ms=26))
    session, actions = step(session, Tick(1, 27))
    assert (session.log_id, actions) == (OLD, [SendBatch(3)])


def test_the_answer_to_hello_sets_the_watermark_of_a_closed_log_either_way() -> None:
    for before, told in ((5, 2), (2, 5)):
        session, actions = step(greeted(Stand(OLD, before, 9)), answered(receipt(OLD, told)))
        assert actions == [MoveWatermark(told)]
        assert session.others == (Stand(OLD, told, 9),)


def test_a_late_receipt_of_another_log_only_moves_it_forward() -> None:
    session = greeted(Stand(OLD, 4, 9))
    assert step(session, answered(receipt(OLD, 3, re="b")))[0] == session
    assert step(session, answered(receipt(OLD, 6, re="b")))[0].others == (Stand(OLD, 6, 9),)


def test_a_closed_log_that_does_not_agree_is_sent_from_our_own_watermark() -> None:
    session = greeted(Stand(OLD, 4, 6))
    disagrees = Answered(receipt(OLD, 9), None, 10)
    for event in (disagrees, answered(receipt(OLD, 9, status="diverged"))):
        session, actions = step(session, event)
        assert actions == []
    assert step(session, Tick(0, 20))[1] == [SendBatch(4)]


def test_a_row_that_is_declared_lost_has_nothing_to_compare() -> None:
    session, actions = step(greeted(Stand(OLD, 0, 9)), answered(receipt(OLD, 5), gone=True))
    assert actions == [MoveWatermark(5)]
    session, _ = step(session, Tick(0, 20), BatchSent("b", 8, 21))
    session, actions = step(session, answered(receipt(OLD, 8, re="b"), at_ms=22))
    assert session.watermark == 8


def test_a_closed_log_in_trouble_is_shelved_and_the_active_one_goes_on() -> None:
    session, _ = step(greeted(Stand(OLD, 0, 9)), Tick(0, 20), BatchSent("b", 3, 21))
    for event in (
        answered(receipt(None, 0, re="b", status="refused", why="x")),
        answered(receipt(OLD, 3, re="b", status="diverged", why="x")),
        NotSent("x"),
    ):
        shelved, actions = step(session, event)
        assert [type(action) for action in actions] == [Shelve]
        assert (shelved.phase, shelved.log_id, shelved.others) == (Phase.CARRYING, ACTIVE, ())
        assert step(shelved, Tick(2, 30))[1] == [SendBatch(0)]


def test_a_foreign_log_named_in_the_answer_to_hello_is_shelved() -> None:
    session, actions = step(
        greeted(Stand(OLD, 0, 9)), answered(receipt(OLD, 0, status="refused", why="another device's"))
    )
    assert actions == [Shelve(OLD, "refused", "another device's")]
    assert step(session, Tick(0, 20))[1] == []


def test_a_hello_answered_twice_changes_nothing_for_the_log_being_carried() -> None:
    session, _ = step(greeted(Stand(OLD, 0, 9)), Tick(0, 20), BatchSent("b", 3, 21))
    for status in ("ok", "diverged"):
        assert step(session, answered(receipt(OLD, 2, status=status))) == (session, [])


def test_rows_of_the_active_log_that_cannot_be_read_now_are_asked_for_again() -> None:
    session, _ = step(greeted(head=0), Tick(3, 20))
    assert step(session, NotSent("x")) == (session, [])
    assert step(session, Tick(3, 30))[1] == [SendBatch(0)]


def test_a_new_connection_takes_up_what_was_shelved() -> None:
    session, _ = step(greeted(Stand(OLD, 0, 9)), Tick(0, 20), NotSent("x"))
    again, _ = step(session, Connected("s", ACTIVE, 0, 0, 30, (Stand(OLD, 0, 9),)))
    assert again.others == (Stand(OLD, 0, 9),)
    assert replace(again, others=()).active == ACTIVE


def test_a_log_that_was_shelved_is_announced_and_carried_again_after_a_while() -> None:
    session, _ = step(greeted(Stand(OLD, 0, 9)), Tick(0, 20), NotSent("x"))
    session, actions = step(session, Tick(0, 30), Tick(0, 30 + PACE.hold_ms - 1))
    assert (session.others, actions) == ((), [])
    session, actions = step(session, Tick(0, 30 + PACE.hold_ms))
    assert actions == [LookAtClosed()]
    session, actions = step(session, ClosedSeen((Stand(OLD, 0, 9),), False))
    assert actions == [SendHello()]
    session, actions = step(session, HelloSent("h2"), Tick(0, 30 + PACE.hold_ms + 1))
    assert actions == []  # not before the province has taken what was announced
    session, _ = step(session, answered(receipt(ACTIVE, 0, re="h2")), answered(receipt(OLD, 4, re="h2")))
    assert step(session, Tick(0, 30 + PACE.hold_ms + 2))[1] == [SendBatch(4)]


def test_a_log_that_stays_in_trouble_is_looked_at_ever_slower_until_one_travels() -> None:
    session, _ = step(greeted(Stand(OLD, 0, 9)), Tick(0, 0))
    at_ms, waits = 0, []
    for number in range(4):
        session, _ = step(session, NotSent("x"), Tick(0, at_ms))
        began_ms = at_ms
        actions: list[Action] = []
        while actions != [LookAtClosed()]:
            at_ms += 1_000
            session, actions = step(session, Tick(0, at_ms))
        waits.append(at_ms - began_ms)
        session, _ = step(
            session,
            ClosedSeen((Stand(OLD, 0, 9),), False),
            HelloSent(f"h{number}"),
            answered(receipt(ACTIVE, 0, re=f"h{number}"), at_ms=at_ms),
            Tick(0, at_ms),
        )
    assert waits == [PACE.hold_ms, 2 * PACE.hold_ms, 4 * PACE.hold_ms, 8 * PACE.hold_ms]
    session, _ = step(session, BatchSent("b", 3, at_ms), answered(receipt(OLD, 3, re="b"), at_ms=at_ms))
    assert session.looks == 0


def test_a_hello_that_was_not_answered_is_said_again() -> None:
    session, _ = step(greeted(Stand(OLD, 0, 9)), Tick(0, 0), NotSent("x"), Tick(0, 0))
    session, _ = step(session, Tick(0, PACE.hold_ms), ClosedSeen((Stand(OLD, 0, 9),), False), HelloSent("h2"))
    session, _ = step(session, Tick(0, PACE.hold_ms))
    assert step(session, Tick(0, 3 * PACE.hold_ms))[1] == [LookAtClosed()]


def test_what_had_no_room_in_a_hello_is_announced_by_the_next() -> None:
    session, _ = step(greeted(), HelloSent("h", left_out=True), Tick(0, 0))
    assert step(session, Tick(0, PACE.hold_ms))[1] == [LookAtClosed()]
    session, _ = step(greeted(), Tick(0, 0))
    assert step(session, Tick(0, PACE.hold_ms))[1] == []


def test_a_closed_log_that_could_not_be_read_at_the_connect_is_looked_for_again() -> None:
    session, _ = step(
        Session(),
        Connected("s", ACTIVE, 0, 0, 0, (), left_out=True),
        HelloSent("h"),
        answered(receipt(ACTIVE, 0)),
    )
    session, _ = step(session, Tick(0, 0))
    assert step(session, Tick(0, PACE.hold_ms))[1] == [LookAtClosed()]
