"""A citizen leaves words and a number at a real window: sealed in the ledger, and to be found nowhere."""

from __future__ import annotations

import pytest

from tests.device.sealed import opened
from tests.journeys.citizen import PAUSES_S, Citizen, look_up
from tests.journeys.touched_device import TouchedDevice

NUMBER = "13900001234"
SPELLED, WORDS = "xiexie", "谢谢"
LEFT_ALONE_S = 40  # the times of the device below, together


@pytest.fixture(scope="module")
def places():
    return look_up()


@pytest.fixture
def device(tmp_path, display):
    with TouchedDevice(tmp_path, display) as started:
        yield started


def test_words_and_a_number_are_sealed_and_nowhere_in_the_clear(device, places):
    for attempt, pause_s in enumerate(PAUSES_S, start=1):
        citizen = Citizen(device, places, pause_s)
        id_ = device.invite(attempt)
        level = citizen.rates(2)
        assert device.state(id_) == "answered"
        citizen.types(SPELLED, NUMBER)
        assert traces(device) == []  # while it is on the screen
        citizen.touches("form", "ButtonTile finish")  # without the consent: nothing
        assert sealed(device, level) is None
        citizen.agrees()
        citizen.waits_for_a_row_after(level, at_most_s=LEFT_ALONE_S)
        if sealed(device, level) == {"contact": NUMBER, "consent": "2026-1", "words": WORDS}:
            break
    else:
        raise AssertionError(f"not sealed as typed, however slowly\n{device.log()}")
    last = device.rows()[-1]
    assert (last["level"], last["replaces"], last["anonymous"]) == (2, level["seq"], False)
    assert device.state(id_) == "answered"
    assert traces(device) == []


def test_what_is_not_finished_is_kept_nowhere(device, places):
    citizen = Citizen(device, places, PAUSES_S[0])
    device.invite(1)
    level = citizen.rates(4)
    citizen.types(SPELLED, NUMBER)
    citizen.touches("form", "ButtonTile back")
    citizen.touches("reasons", "ButtonTile finish")
    assert [(row["level"], row["sealed"]) for row in device.rows()][:1] == [(level["level"], None)]
    assert device.blobs() == []
    assert traces(device) == []


def sealed(device, level):
    """What the newest blob holds, if one came after the row `level` in its visit."""
    last = device.rows()[-1]
    if last["visit"] != level["visit"] or last["sealed"] is None:
        return None
    blob = device.blobs()[-1]
    assert (blob.seq, blob.sha256) == (last["seq"], last["sealed"]["sha256"])
    return opened(blob.enc, blob.ct, visit=last["visit"], private=device.private)


def traces(device):
    """The files of the device, its log among them, in which words, number or letters are found."""
    found = []
    for file in device.folder.rglob("*"):
        if file.is_file():
            held = file.read_bytes()
            for secret in (WORDS, NUMBER, SPELLED):
                if any(secret.encode(code) in held for code in ("utf-8", "utf-16-le", "gb18030")):
                    found.append(str(file.relative_to(device.folder)))
    return found


def test_the_search_finds_what_it_looks_for(tmp_path):
    class Stub:
        folder = tmp_path

    (tmp_path / "a").write_bytes(b"\0" + NUMBER.encode() + b"\0")
    (tmp_path / "b").write_text("else", "utf-8")
    assert traces(Stub()) == ["a"]
