"""Pictures of clerks on the device: proven again, shown once they are there, waited for by nobody."""

from __future__ import annotations

import hashlib
import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.errors import InvalidField
from device.events import PhotoRead
from device.gallery import MOST, Gallery
from device.in_force import InForce, with_settings
from device.photo_reader import PhotoReader
from device.province_settings import PHOTO_BYTES, ClerkEntry, Photo, ProvinceSettings
from device.snapshot import Screen, WindowCard
from tests.device.bench import Bench
from tests.device.signed_province import SignedProvince
from tests.device.visits import RULES

LIMIT_S = 30.0
LOOK_MS = 1_100


def photo(content: bytes) -> Photo:
    return Photo(sha256=hashlib.sha256(content).hexdigest(), size=len(content))


WANG, LI = photo(b"wang"), photo(b"li")


class Reading:
    """A reader on a folder, and what it puts out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.read: queue.SimpleQueue[PhotoRead] = queue.SimpleQueue()
        self.reader = PhotoReader(folder, self.read.put, again_s=0.005)

    def arrives(self, content: bytes, *, named: Photo | None = None) -> None:
        self.folder.mkdir(exist_ok=True)
        beside = self.folder / ".beside"
        beside.write_bytes(content)
        beside.replace(self.folder / (named or photo(content)).sha256)


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[Reading]:
    reading = Reading(tmp_path / "photos")
    reading.reader.start()
    yield reading
    reading.reader.stop()


def test_a_picture_is_read_when_it_is_there(reading: Reading) -> None:
    reading.arrives(b"wang")
    reading.reader.want(WANG)
    assert reading.read.get(timeout=LIMIT_S) == PhotoRead(WANG, b"wang")


def test_a_picture_that_comes_later_is_read_then(reading: Reading) -> None:
    reading.reader.want(WANG)
    reading.arrives(b"li")
    reading.arrives(b"gnaw", named=WANG)  # as large, with other bytes
    reading.arrives(b"wang and more", named=WANG)
    assert reading.read.empty()
    reading.arrives(b"wang")
    assert reading.read.get(timeout=LIMIT_S) == PhotoRead(WANG, b"wang")


def test_one_that_is_wanted_after_another_takes_its_place(reading: Reading) -> None:
    reading.reader.want(WANG)
    reading.arrives(b"li")
    reading.reader.want(LI)
    assert reading.read.get(timeout=LIMIT_S).photo == LI


class Noting:
    """Notes what is wanted; a test brings it."""

    def __init__(self) -> None:
        self.wanted: list[Photo] = []

    def want(self, photo: Photo) -> None:
        self.wanted.append(photo)


def test_a_gallery_asks_once_for_what_is_not_at_hand() -> None:
    noting = Noting()
    gallery = Gallery(noting)
    gallery.hang({"C1": WANG, "C2": LI})
    assert gallery.of("C1") is gallery.of("C1") is gallery.of(None) is gallery.of("C9") is None
    assert noting.wanted == [WANG]
    gallery.take(PhotoRead(WANG, b"wang"))
    shown = gallery.of("C1")
    assert shown is not None
    assert shown.content == b"wang"
    assert noting.wanted == [WANG]
    gallery.hang({"C1": LI})
    assert gallery.of("C1") is None


def test_a_gallery_holds_those_seen_last() -> None:
    noting = Noting()
    gallery = Gallery(noting)
    photos = [photo(b"%d" % number) for number in range(MOST + 1)]
    gallery.hang({f"C{number}": one for number, one in enumerate(photos)})
    for number, one in enumerate(photos):
        gallery.take(PhotoRead(one, b"%d" % number))
        gallery.of("C0")
    assert gallery.of("C0") is not None
    assert gallery.of("C1") is None


def test_a_gallery_without_a_reader_is_empty() -> None:
    gallery = Gallery(None)
    gallery.hang({"C1": WANG})
    assert gallery.of("C1") is None


def test_settings_that_name_too_large_a_picture_are_refused() -> None:
    base = InForce(WindowCard("", "", ""), None, None, RULES)
    large = Photo(sha256=WANG.sha256, size=PHOTO_BYTES + 1)
    entry = ClerkEntry(id="C1", shown="王芳", photo=large)
    with pytest.raises(InvalidField, match=r"^clerks\.photo\.size: is 262145; allowed: 1 to 262144 bytes$"):
        with_settings(base, ProvinceSettings(version=1, clerks=(entry,)))


@pytest.fixture
def province(tmp_path: Path) -> SignedProvince:
    return SignedProvince(tmp_path)


@pytest.fixture
def noting() -> Noting:
    return Noting()


@pytest.fixture
def bench(tmp_path: Path, province: SignedProvince, noting: Noting) -> Bench:
    return Bench(tmp_path, province, photos=noting)


def hang(bench: Bench, province: SignedProvince) -> None:
    entry = {"id": "C0231", "shown": "王芳", "photo": {"sha256": WANG.sha256, "size": WANG.size}}
    province.set(1, clerks=[entry])
    bench.let(LOOK_MS)


def test_a_picture_is_shown_as_soon_as_it_is_there_in_the_middle_of_a_visit(
    bench: Bench, province: SignedProvince, noting: Noting
) -> None:
    hang(bench, province)
    bench.invite(1)
    assert (bench.shown.clerk_shown, bench.shown.clerk_photo) == ("王芳", None)
    assert noting.wanted == [WANG]
    bench.feel(PhotoRead(WANG, b"wang"))
    assert bench.shown.screen is Screen.LEVEL
    assert bench.shown.clerk_photo is not None
    assert bench.shown.clerk_photo.content == b"wang"
    bench.let(100)
    bench.press(4)
    assert bench.shown.screen is Screen.REASONS
    assert bench.shown.clerk_photo is not None


def test_a_rating_waits_for_no_picture(bench: Bench, province: SignedProvince, noting: Noting) -> None:
    hang(bench, province)
    bench.invite(1)
    bench.let(100)
    bench.press(4)
    assert bench.rows()[-1]["level"] == 4
    assert bench.shown.clerk_photo is None
    assert noting.wanted == [WANG]


def test_another_clerk_does_not_get_the_picture(
    bench: Bench, province: SignedProvince, noting: Noting
) -> None:
    hang(bench, province)
    bench.invite(1, clerk="C9999")
    bench.feel(PhotoRead(WANG, b"wang"))
    assert bench.shown.clerk_photo is None
    assert noting.wanted == []
