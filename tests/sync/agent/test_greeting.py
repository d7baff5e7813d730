"""What a hello announces of many logs with many gaps, over as many hellos as it takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from device.clock import FakeClock
from device.ledger.reader import Head
from sync.agent.closed_logs import ClosedLog
from sync.agent.greeting import MOST_CLOSED, MOST_LOST, Greeting
from sync.agent.identity import Identity
from sync.agent.post import Post
from sync.contract.jws import MAX_BYTES
from sync.contract.keys import KeySet, SigningKey
from sync.contract.messages import LogState

HASH = "a" * 64
ACTIVE = LogState(log_id="f" * 32, first_seq=1, head_seq=0, head=HASH, receipted=0, state="active")
FAR = 2**52


def damaged(number: int, gaps: int, *, seq: int = FAR) -> ClosedLog:
    """A log whose every second row from `seq` on is lost."""
    log_id = f"{number:032x}"
    lost = tuple((seq + 2 * gap, seq + 2 * gap) for gap in range(gaps))
    head = Head(log_id, lost[-1][1] + 1, HASH)
    return ClosedLog(
        path=Path(f"{log_id}.db"),
        head=head,
        floor=Head(log_id, 0, HASH),
        state="damaged",
        why="\x01" * 400,
        prior=None,
        lost=lost,
        again=False,
    )


def said(states: list[LogState]) -> dict[str, list[tuple[int, int]]]:
    assert states[-1] == ACTIVE
    return {state.log_id: state.lost for state in states[:-1]}


def test_the_fullest_hello_fits_into_one_message() -> None:
    identity = Identity("d" * 64, SigningKey.generate(), KeySet([]))
    post = Post(identity=identity, clock=FakeClock(), software="s" * 64)
    closed = [(damaged(number, MOST_LOST), 0) for number in range(MOST_CLOSED)]
    logs = Greeting().logs(ACTIVE, closed)
    letter = post.hello("s" * 16, active=ACTIVE.log_id, logs=logs)
    assert MAX_BYTES // 2 < len(letter.payload) <= MAX_BYTES


def test_a_log_that_found_no_room_comes_first_in_the_next_hello() -> None:
    greeting = Greeting()
    closed = [(damaged(number, MOST_LOST), 0) for number in range(100)]
    seen: set[str] = set()
    hellos = 0
    while not hellos or not greeting.complete:
        announced = said(greeting.logs(ACTIVE, closed))
        assert len(announced) <= MOST_CLOSED
        assert not seen or set(announced) - seen
        seen |= set(announced)
        hellos += 1
    assert seen == {log.log_id for log, _ in closed}
    assert hellos > 2


def test_logs_with_rows_to_send_come_before_those_that_have_none() -> None:
    done = [(damaged(number, 1, seq=3), 10) for number in range(70)]
    waiting = [(damaged(number, 1, seq=3), 2) for number in range(70, 80)]
    announced = said(Greeting().logs(ACTIVE, [*done, *waiting]))
    assert set(announced) >= {log.log_id for log, _ in waiting}
    assert set(announced) >= {log.log_id for log, _ in done[-50:]}  # then the newest
    assert list(announced) == sorted(announced)


def test_all_gaps_of_a_log_are_announced_while_its_rows_travel() -> None:
    greeting = Greeting()
    log = damaged(1, 1000, seq=2)
    receipted = 0
    for _ in range(4):
        assert not greeting.has_declared(log.log_id, receipted + 1)
        (gaps,) = said(greeting.logs(ACTIVE, [(log, receipted)])).values()
        assert all(greeting.has_declared(log.log_id, last) for _, last in gaps)
        receipted = gaps[-1][1] + 1
    assert receipted == log.head.seq
    assert gaps[-1] == log.lost[-1]


def test_a_log_that_goes_back_has_gaps_to_announce_again() -> None:
    greeting = Greeting()
    log = damaged(1, 300, seq=2)
    greeting.logs(ACTIVE, [(log, 599)])
    assert greeting.has_declared(log.log_id, 600)
    assert not greeting.has_declared(log.log_id, 2)


def test_what_was_announced_in_vain_is_announced_again() -> None:
    greeting = Greeting()
    log = damaged(1, 3, seq=2)
    greeting.logs(ACTIVE, [(log, 0)])
    assert greeting.has_declared(log.log_id, 2)
    greeting.forget(log.log_id)
    assert not greeting.has_declared(log.log_id, 2)
    greeting.logs(ACTIVE, [(log, 0)])
    greeting.begin()
    assert not greeting.has_declared(log.log_id, 2)


def test_the_floor_is_announced_with_the_log() -> None:
    greeting = Greeting()
    log = replace(damaged(1, 300, seq=20), floor=Head("1", 9, HASH))
    (state, _) = greeting.logs(ACTIVE, [(log, 0)])
    assert state.first_seq == 10
    assert greeting.has_declared(log.log_id, 9)
