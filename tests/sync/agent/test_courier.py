"""The courier: its real thread and real files, a line that does as a test says."""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.errors import SyncError
from sync.agent.blob_files import BlobFiles
from sync.agent.blob_line import Brought, NotAsAnnounced
from sync.agent.courier import (
    BUNDLES_KEPT,
    NOT_ASKED_TIMES,
    Collected,
    Courier,
    News,
    NotCollected,
    PhotoRefused,
)
from sync.backoff import Backoff
from tests.patience import until

LIMIT_S = 30.0


def name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class ScriptedLine:
    """`offers`: what the province has. `answers`: how it takes what is brought, the last one for ever."""

    def __init__(self) -> None:
        self.offers: dict[str, bytes | NotAsAnnounced] = {}
        self.answers: list[Brought | SyncError] = [Brought.TAKEN]
        self.fetched: list[str] = []
        self.brought: list[str] = []
        self.dates_from: datetime | None = None
        self.cuts = 0

    def fetch(self, sha256: str, size: int) -> bytes | NotAsAnnounced:
        self.fetched.append(sha256)
        if sha256 not in self.offers:
            raise SyncError("answers 404")
        return self.offers[sha256]

    def bring(self, sha256: str, content: bytes) -> Brought:
        self.brought.append(sha256)
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if isinstance(answer, SyncError):
            raise answer
        return answer

    def cut(self) -> None:
        self.cuts += 1


class Desk:
    """A courier with its folders."""

    def __init__(self, folder: Path) -> None:
        self.line = ScriptedLine()
        self.photos, self.bundles = BlobFiles(folder / "photos"), BlobFiles(folder / "bundles")
        self.made: queue.SimpleQueue[bytes | Exception] = queue.SimpleQueue()
        self.courier = self.new()

    def new(self) -> Courier:
        return Courier(
            line=self.line,
            photos=self.photos,
            bundles=self.bundles,
            make_bundle=self._make,
            backoff=Backoff(random=lambda: 1.0, first_s=0.001, most_s=0.002),
        )

    def _make(self) -> bytes:
        made = self.made.get(timeout=LIMIT_S)
        if isinstance(made, Exception):
            raise made
        return made

    def collect(self, order: str, made: bytes | Exception) -> News:
        self.made.put(made)
        self.courier.collect(order)
        return self.courier.news.get(timeout=LIMIT_S)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    desk.courier.start()
    yield desk
    desk.courier.stop()
    assert not desk.courier.running


def held(files: BlobFiles) -> set[str]:
    """As another process sees the folder, while the courier is at work in it."""
    try:
        return {file.name for file in files.folder.iterdir() if not file.name.startswith(".")}
    except FileNotFoundError:
        return set()


def test_a_picture_that_is_wanted_is_fetched_once(desk: Desk) -> None:
    desk.line.offers = {name(b"wang"): b"wang"}
    desk.courier.want({name(b"wang"): 4})
    until(lambda: desk.photos.read(name(b"wang")) == b"wang")
    desk.courier.want({name(b"wang"): 4})
    assert isinstance(desk.collect("o-1", b"x"), Collected)  # a round later
    assert desk.line.fetched == [name(b"wang")]


def test_a_picture_that_is_not_to_be_had_is_asked_for_again(desk: Desk) -> None:
    desk.courier.want({name(b"wang"): 4, name(b"li"): 2})
    desk.line.offers[name(b"li")] = b"li"  # one that is missing does not keep the other
    until(lambda: desk.photos.read(name(b"li")) is not None and len(desk.line.fetched) > 5)
    assert desk.photos.read(name(b"wang")) is None
    desk.line.offers[name(b"wang")] = b"wang"
    until(lambda: desk.photos.read(name(b"wang")) is not None)


def test_a_picture_that_is_not_as_announced_is_refused_and_told_once(desk: Desk) -> None:
    desk.line.offers = {name(b"wang"): NotAsAnnounced("has 9999 bytes")}
    desk.courier.want({name(b"wang"): 4})
    assert desk.courier.news.get(timeout=LIMIT_S) == PhotoRefused(name(b"wang"), 4, "has 9999 bytes")
    desk.collect("o-1", b"x")
    desk.collect("o-2", b"y")
    assert desk.line.fetched == [name(b"wang")]
    assert held(desk.photos) == set()


def test_pictures_that_no_settings_name_any_more_are_removed(desk: Desk) -> None:
    desk.photos.write(b"old")
    desk.photos.write(b"wang")
    desk.courier.want({name(b"wang"): 4})
    until(lambda: held(desk.photos) == {name(b"wang")})
    desk.courier.want({})
    until(lambda: held(desk.photos) == set())


def test_until_settings_are_known_no_picture_is_removed(desk: Desk) -> None:
    desk.photos.write(b"wang")
    desk.collect("o-1", b"x")
    until(lambda: desk.line.brought != [])
    assert held(desk.photos) == {name(b"wang")}


def test_a_picture_whose_bytes_have_changed_on_the_card_is_fetched_anew(desk: Desk) -> None:
    desk.photos.write(b"wang")
    (desk.photos.folder / name(b"wang")).write_bytes(b"gnaw")
    desk.line.offers = {name(b"wang"): b"wang"}
    desk.courier.want({name(b"wang"): 4})
    until(lambda: desk.photos.read(name(b"wang")) == b"wang")


def test_a_bundle_is_made_told_and_brought_until_it_is_taken(desk: Desk) -> None:
    desk.line.answers = [SyncError("answers 507"), Brought.NOT_ASKED, SyncError("gone"), Brought.TAKEN]
    assert desk.collect("o-1", b"logs") == Collected("o-1", name(b"logs"), 4)
    until(lambda: held(desk.bundles) == set() and len(desk.line.brought) == 4)
    assert desk.line.brought == [name(b"logs")] * 4


def test_a_bundle_that_cannot_be_made_is_told(desk: Desk) -> None:
    assert desk.collect("o-1", OSError("no room")) == NotCollected("o-1", "no room")
    assert desk.collect("o-2", SyncError("too large")) == NotCollected("o-2", "too large")
    assert isinstance(desk.collect("o-3", b"logs"), Collected)


@pytest.mark.parametrize(("answer", "times"), [(Brought.NEVER, 1), (Brought.NOT_ASKED, NOT_ASKED_TIMES)])
def test_a_bundle_that_is_never_taken_is_given_up(desk: Desk, answer: Brought, times: int) -> None:
    desk.line.answers = [answer]
    desk.collect("o-1", b"logs")
    until(lambda: len(desk.line.brought) == times and held(desk.bundles) == set())


def test_of_bundles_that_nobody_takes_the_newest_are_kept(desk: Desk) -> None:
    desk.line.answers = [SyncError("away")]
    for number in range(BUNDLES_KEPT + 2):
        desk.collect(f"o-{number}", b"%d" % number)
    expected = {name(b"%d" % number) for number in range(2, BUNDLES_KEPT + 2)}
    assert held(desk.bundles) == expected


def test_what_an_earlier_run_left_is_brought_by_the_next(desk: Desk) -> None:
    desk.line.answers = [SyncError("away")]
    desk.collect("o-1", b"logs")
    desk.courier.stop()
    desk.line.answers = [Brought.TAKEN]
    desk.courier = desk.new()
    desk.courier.start()
    until(lambda: held(desk.bundles) == set())


def test_a_card_that_cannot_be_written_is_tried_again(desk: Desk) -> None:
    (desk.photos.folder).write_text("in the way")
    desk.line.offers = {name(b"wang"): b"wang"}
    desk.courier.want({name(b"wang"): 4})
    desk.collect("o-1", b"logs")
    until(lambda: desk.line.brought == [name(b"logs")])  # what is brought is not kept back by it
    desk.photos.folder.unlink()
    until(lambda: desk.photos.read(name(b"wang")) == b"wang")


def test_what_is_under_way_is_cut_off_at_the_end(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    begun, cut = threading.Event(), threading.Event()

    class SlowLine(ScriptedLine):
        def fetch(self, sha256: str, size: int) -> bytes:
            begun.set()
            assert cut.wait(LIMIT_S)
            raise SyncError("cut off")

        def cut(self) -> None:
            cut.set()

    desk.line = SlowLine()
    courier = desk.new()
    courier.start()
    courier.want({name(b"wang"): 4})
    assert begun.wait(LIMIT_S)
    courier.stop()
    assert not courier.running


def test_the_line_is_told_how_to_judge_dates(desk: Desk) -> None:
    floor = datetime(2026, 1, 1, tzinfo=UTC)
    desk.courier.trust_dates(floor)
    assert desk.line.dates_from == floor
