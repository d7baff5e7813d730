"""What the agent keeps of the province's word, and what it answers for the device."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from device.clock import FakeClock
from device.down_store import DownStore
from device.invitation_store import InvitationStore
from device.province_settings import Assignment, VisitRules
from device.received_orders import OrderFacts, ReceivedOrder, ReceivedOrders
from sync.agent.device_file import DeviceFile, Standing
from sync.agent.province_word import ProvinceWord
from sync.agent.store import SyncStore
from sync.contract.assignment import sign_assignment
from sync.contract.envelope import PROVINCE, wrap
from sync.contract.keys import SigningKey
from sync.contract.messages import Order, Settings
from sync.contract.topics import DownName

KEY = SigningKey.generate()


def signed(settings: Settings) -> bytes:
    now = FakeClock().now().wall
    return wrap(
        settings,
        name=DownName.SETTINGS,
        source=PROVINCE,
        subject="/devices/d-0001",
        at=now,
        key=KEY,
        id="id",
    )


class Desk:
    """The two files beside each other, and the agent's view of them."""

    def __init__(self, folder: Path, store: SyncStore) -> None:
        self.clock = FakeClock()
        self.store = store
        self.file = InvitationStore(folder / "device.db")
        self.file.open(self.clock.now())
        self.device = DownStore(self.file)
        self.word = ProvinceWord(store=store, device=DeviceFile(folder / "device.db"), clock=self.clock)

    def look(self) -> object:
        self.clock.advance(1_000)
        return self.word.look()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with SyncStore(tmp_path / "sync.db") as store:
        made = Desk(tmp_path, store)
        yield made
        made.file.close()


def test_newer_settings_are_kept_and_not_answered(desk: Desk) -> None:
    assert desk.word.take_settings(Settings(version=3), b"three") is None
    assert desk.store.settings_version() == 3


def test_older_settings_are_ignored_and_the_province_is_told(desk: Desk) -> None:
    desk.word.take_settings(Settings(version=3), b"three")
    reply = desk.word.take_settings(Settings(version=2), b"two")
    assert reply is not None
    assert (reply.outcome, reply.settings) == ("ignored", 2)
    assert desk.store.settings_version() == 3


def test_a_new_sync_db_does_not_forget_what_the_device_has_in_force(desk: Desk) -> None:
    desk.device.put_in_force(5, b"five", assignment=2)
    reply = desk.word.take_settings(Settings(version=4), b"four")
    assert reply is not None
    assert reply.outcome == "ignored"
    assert desk.store.settings_version() == 0


def test_what_comes_in_force_is_noticed_once(desk: Desk) -> None:
    assert desk.word.standing() == Standing()
    desk.device.put_in_force(5, b"five", assignment=2)
    assert desk.look() == (True, [])
    assert desk.word.standing() == Standing(5, 2, 5)
    assert desk.look() == (False, [])


def test_a_refusal_is_told_once_a_session_and_whenever_it_is_asked(desk: Desk) -> None:
    desk.word.take_settings(Settings(version=3), signed(Settings(version=3)))
    desk.device.refuse(3, "rules.answer_s: is 5.0")

    def told() -> list[tuple[int | None, str | None]]:
        _, replies = desk.look()  # type: ignore[misc]
        return [(reply.settings, reply.why) for reply in replies]

    assert told() == [(3, "rules.answer_s: is 5.0")]
    assert told() == []
    desk.word.begin_session()
    assert told() == [(3, "rules.answer_s: is 5.0")]
    again = desk.word.take_settings(Settings(version=3), signed(Settings(version=3)))
    assert again is not None
    assert again.outcome == "refused"
    desk.device.put_in_force(4, b"four", assignment=None)
    desk.word.begin_session()
    assert told() == []


def order(session: str = "now") -> Order:
    return Order(id="o-1", session=session, kind="restart", issued_at="2026-11-22T10:15:20.000+08:00")


def test_an_order_is_answered_when_the_device_has_and_each_time_it_is_asked(desk: Desk) -> None:
    assert desk.word.take_order(order(), b"token", session="now") is None
    assert desk.look() == (False, [])
    desk.device.begin_order("o-1", "restart")
    assert desk.look() == (False, [])
    desk.device.end_order("o-1", "done", "")
    _, replies = desk.look()  # type: ignore[misc]
    assert [(reply.order, reply.outcome) for reply in replies] == [("o-1", "done")]
    assert desk.look() == (False, [])
    desk.word.told(replies[0])
    assert desk.store.open_orders() == []
    again = desk.word.take_order(order("later"), b"token", session="later")
    assert again is not None
    assert (again.order, again.outcome) == ("o-1", "done")


def test_an_order_of_another_session_is_not_kept_and_the_province_is_told(desk: Desk) -> None:
    reply = desk.word.take_order(order("before"), b"token", session="now")
    assert reply is not None
    assert (reply.order, reply.outcome) == ("o-1", "ignored")
    assert desk.store.open_orders() == []


def test_a_new_sync_db_answers_with_what_the_device_did(desk: Desk) -> None:
    desk.device.begin_order("o-1", "restart")
    desk.device.end_order("o-1", "done", "")
    reply = desk.word.take_order(order(), b"token", session="now")
    assert reply is not None
    assert reply.outcome == "done"


def test_an_outcome_that_was_not_told_is_told_in_the_next_session(desk: Desk) -> None:
    desk.word.take_order(order(), b"token", session="now")
    desk.device.begin_order("o-1", "restart")
    desk.word.begin_session()  # begun, and not ended yet
    desk.device.end_order("o-1", "done", "")
    for _ in range(2):
        _, replies = desk.look()  # type: ignore[misc]
        assert [reply.order for reply in replies] == ["o-1"]
        desk.word.begin_session()


def test_an_order_that_the_device_has_not_begun_ends_with_its_session(desk: Desk) -> None:
    desk.word.take_order(order(), b"token", session="now")
    desk.word.begin_session()
    assert desk.store.open_orders() == []
    desk.clock.advance(5_000)
    assert desk.word.take_order(order("later"), b"anew", session="later") is None
    received = ReceivedOrders(desk.store.path, verify=unproven)
    assert received.unanswered() == [ReceivedOrder("o-1", b"anew", desk.clock.boot, desk.clock.mono_ms())]
    desk.clock.advance(5_000)
    assert desk.word.take_order(order("later"), b"again", session="later") is None
    assert [(one.jws, one.mono_ms) for one in received.unanswered()] == [
        (b"anew", desk.clock.mono_ms() - 5_000)
    ]


def unproven(_: bytes) -> OrderFacts:
    raise NotImplementedError


def assigned(version: int, number: int = 1) -> Settings:
    assignment = Assignment(device="d-0001", window="W07", number=number)
    return Settings(
        version=version, assignment=sign_assignment(assignment, KEY), rules=VisitRules(answer_s=5)
    )


@pytest.mark.parametrize("refused", [True, False])
def test_other_settings_under_a_number_used_before_are_ignored_with_the_true_reason(
    desk: Desk, refused: bool
) -> None:
    desk.word.take_settings(assigned(2), signed(assigned(2)))
    if refused:
        desk.device.refuse(2, "rules.answer_s: is 5.0")
    else:
        desk.device.put_in_force(2, b"two", assignment=1)
    again = desk.word.take_settings(assigned(2), signed(assigned(2)))
    assert (None if again is None else again.outcome) == ("refused" if refused else None)
    other = desk.word.take_settings(assigned(2, number=2), signed(assigned(2, number=2)))
    assert other is not None
    assert (other.outcome, other.settings) == ("ignored", 2)
    assert other.why is not None
    assert "another version 2" in other.why


def test_the_highest_version_that_came_is_known_in_force_waiting_or_refused(desk: Desk) -> None:
    desk.device.put_in_force(3, b"three", assignment=None)
    desk.device.refuse(4, "why")
    assert desk.word.standing() == Standing(3, None, 4)
    desk.word.take_settings(assigned(6), signed(assigned(6)))
    desk.look()
    assert desk.word.standing() == Standing(3, None, 6)


def test_settings_signed_anew_take_the_place_of_those_that_are_not_in_force(desk: Desk) -> None:
    desk.word.take_settings(assigned(7), signed(assigned(7)))
    desk.device.put_in_force(7, b"seven", assignment=1)
    in_force = desk.store.settings()
    assert desk.word.take_settings(assigned(7), signed(assigned(7))) is None
    assert desk.store.settings() == in_force
    desk.device.forget_in_force()
    assert desk.word.take_settings(assigned(7), again := signed(assigned(7))) is None
    assert desk.store.settings() == again


def test_the_settings_of_the_enrolment_wait_for_the_device(desk: Desk) -> None:
    settings = Settings(version=3, rules=VisitRules(answer_s=30))
    desk.word.begin_with(settings, signed(settings))
    assert desk.store.settings_version() == 3


def test_the_settings_of_the_enrolment_never_go_back_behind_newer_ones(desk: Desk) -> None:
    newer = Settings(version=4)
    desk.word.take_settings(newer, signed(newer))
    kept = desk.store.settings()
    desk.word.begin_with(Settings(version=3), signed(Settings(version=3)))
    desk.word.begin_with(Settings(version=4), signed(Settings(version=4)))
    assert desk.store.settings() == kept
