"""What the agent itself does on the province's word: begun once, answered each time."""

from __future__ import annotations

import queue
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from device.clock import FakeClock, wall_text
from device.down_store import DownStore
from device.invitation_store import InvitationStore
from device.province_settings import ClerkEntry, Photo
from sync.agent.courier import Collected, News, NotCollected, PhotoRefused
from sync.agent.device_file import DeviceFile
from sync.agent.errands import Errands
from sync.agent.province_word import ProvinceWord
from sync.agent.store import SyncStore
from sync.contract.envelope import PROVINCE, device_path, wrap
from sync.contract.keys import KeySet, SigningKey
from sync.contract.messages import Blob, Order, Reply, Settings
from sync.contract.topics import DownName

SESSION = "5e5510f7a1b2c3d4"
HASH = "ab" * 32
BLOB = Blob(sha256=HASH, size=5)


class NotingCourier:
    """Does nothing, and notes what it is asked."""

    def __init__(self) -> None:
        self.news: queue.SimpleQueue[News] = queue.SimpleQueue()
        self.running = True
        self.wanted: Mapping[str, int] | None = None
        self.collecting: list[str] = []
        self.dates_from: datetime | None = None

    def want(self, photos: Mapping[str, int]) -> None:
        self.wanted = photos

    def collect(self, order: str) -> None:
        self.collecting.append(order)

    def trust_dates(self, dates_from: datetime | None) -> None:
        self.dates_from = dates_from


class Desk:
    """The agent's word on both files; `again` is a new run of it."""

    def __init__(self, folder: Path, store: SyncStore) -> None:
        self.clock, self.store, self.key = FakeClock(), store, SigningKey.generate()
        self.folder = folder
        self.file = InvitationStore(folder / "device.db")
        self.file.open(self.clock.now())
        self.device = DownStore(self.file)
        self.again()

    def again(self, *, reachable: bool = True) -> None:
        self.courier = NotingCourier()
        file = DeviceFile(self.folder / "device.db")
        errands = Errands(
            device="d-0001",
            keys=KeySet([self.key.public]),
            store=self.store,
            file=file,
            clock=self.clock,
            courier=self.courier if reachable else None,
            dates_from=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        )
        self.word = ProvinceWord(store=self.store, device=file, clock=self.clock, errands=errands)

    def look(self) -> list[Reply]:
        self.clock.advance(1_000)
        return self.word.look()[1]

    def order(self, id: str = "o-1", kind: str = "collect_logs", **fields: str) -> Reply | None:
        at = wall_text(self.clock.now().wall)
        order = Order(id=id, session=SESSION, kind=kind, issued_at=at, **fields)
        return self.word.take_order(order, b"token", session=SESSION)

    def in_force(self, version: int, *photos: Photo, key: SigningKey | None = None) -> None:
        clerks = [ClerkEntry(id=f"C{n}", shown="王芳", photo=photo) for n, photo in enumerate(photos)]
        token = wrap(
            Settings(version=version, clerks=clerks),
            name=DownName.SETTINGS,
            source=PROVINCE,
            subject=device_path("d-0001"),
            at=self.clock.now().wall,
            key=key or self.key,
            id=f"s-{version}",
        )
        self.device.put_in_force(version, token, assignment=None)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with SyncStore(tmp_path / "sync.db") as store:
        made = Desk(tmp_path, store)
        yield made
        made.file.close()


def test_an_order_to_collect_logs_is_begun_once_and_answered_when_it_is_done(desk: Desk) -> None:
    assert desk.order() is None
    assert desk.order() is None
    assert desk.courier.collecting == ["o-1"]
    assert desk.look() == []
    desk.courier.news.put(Collected("o-1", HASH, 5))
    done = Reply(outcome="done", order="o-1", blob=BLOB)
    assert desk.look() == [done]
    assert desk.look() == []
    assert desk.order() == done  # asked again, answered again
    assert desk.courier.collecting == ["o-1"]


def test_an_order_that_failed_says_why(desk: Desk) -> None:
    desk.order()
    desk.courier.news.put(NotCollected("o-1", "no room"))
    assert desk.look() == [Reply(outcome="failed", order="o-1", why="no room")]


def test_an_order_that_was_interrupted_has_failed(desk: Desk) -> None:
    desk.order()
    desk.again()
    assert desk.order() == Reply(outcome="failed", order="o-1", why="the agent was interrupted")
    assert desk.courier.collecting == []


def test_an_order_that_was_kept_and_not_begun_is_begun_by_the_next_run(desk: Desk) -> None:
    desk.store.keep_order("o-1", b"token", FakeClock().now())
    assert desk.order() is None
    assert desk.courier.collecting == ["o-1"]


def test_without_an_address_logs_are_not_collected(desk: Desk) -> None:
    desk.again(reachable=False)
    reply = Reply(outcome="refused", order="o-1", why="province.url is not set in sync.toml")
    assert desk.order() == reply
    assert desk.look() == [reply]


def test_an_order_that_comes_after_its_time_is_refused(desk: Desk) -> None:
    late = wall_text(desk.clock.now().wall - timedelta(seconds=1))
    reply = desk.order(expires_at=late)
    assert reply is not None
    assert (reply.outcome, reply.why) == ("refused", "it came after its time")


def test_an_order_for_the_device_is_left_to_it(desk: Desk) -> None:
    assert desk.order(kind="restart") is None
    assert desk.look() == []
    assert desk.courier.collecting == []


def test_the_pictures_of_the_settings_in_force_are_wanted(desk: Desk) -> None:
    desk.look()
    assert desk.courier.wanted is None
    desk.in_force(1, Photo(sha256=HASH, size=5), Photo(sha256="cd" * 32, size=6))
    desk.look()
    assert desk.courier.wanted == {HASH: 5, "cd" * 32: 6}
    desk.in_force(2)
    desk.look()
    assert desk.courier.wanted == {}


def test_settings_that_do_not_hold_change_nothing(desk: Desk) -> None:
    desk.in_force(1, Photo(sha256=HASH, size=5))
    desk.look()
    desk.in_force(2, key=SigningKey.generate())
    desk.look()
    assert desk.courier.wanted == {HASH: 5}


def test_a_picture_that_was_refused_is_told_to_the_province(desk: Desk) -> None:
    desk.courier.news.put(PhotoRefused(HASH, 5, "has 9999 bytes"))
    assert desk.look() == [Reply(outcome="refused", blob=BLOB, why="has 9999 bytes")]


def test_the_courier_judges_dates_as_the_agent_does(desk: Desk) -> None:
    desk.look()
    assert desk.courier.dates_from == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_courier_that_has_ended_ends_the_agent(desk: Desk) -> None:
    desk.courier.running = False
    with pytest.raises(RuntimeError, match="the courier has ended"):
        desk.look()
