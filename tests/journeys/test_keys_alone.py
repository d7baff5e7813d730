"""A rating by keys, lamps and voice, without a screen: from the counter's invitation to the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.journeys.spoken_device import SpokenDevice
from tests.patience import until

ROW = [prompt for n in range(1, 6) for prompt in (f"key-{n}", f"level-{n}")]
NUMBERS = {"zh-Hans": 1, "en": 2}
CONTACT_MS, SAVED_MS = 20, 80


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpokenDevice]:
    folder: Path = tmp_path_factory.mktemp("spoken")
    with SpokenDevice(folder) as device:
        device.tap(3)  # nobody is asked; and the panel shows that it tells releases
        until(lambda: device.heard() == said("zh-Hans", "not-invited"), what="nobody is invited")
        yield device


def breaths(told: list[bytes]) -> int:
    """How often the lamps went on after they were out."""
    seen = lamps(told)
    return sum(before == 0 and after == 31 for before, after in pairwise(seen))


def lamps(told: list[bytes]) -> list[int]:
    """The lamps that were lit, each time they changed."""
    return [int(line[7:-3]) for line in told if line.startswith(b"$HCPLT,")]


def sounds(told: list[bytes]) -> list[int]:
    """How long each sound was, in milliseconds."""
    return [int(line[7:-3]) for line in told if line.startswith(b"$HCPBP,")]


def said(language: str, *prompts: str) -> list[str]:
    return [f"{language}/{prompt}" for prompt in prompts]


@pytest.mark.parametrize("language", NUMBERS)
def test_invited_listened_chosen_saved_and_thanked(device: SpokenDevice, language: str) -> None:
    before, rows = len(device.heard()), len(device.rows())
    id_ = device.invite(NUMBERS[language], language=language)
    asked = said(language, "invitation", *ROW, "how-keys")
    until(lambda: device.heard()[before:] == asked, what=f"the question is asked\n{device.log()}")
    until(lambda: any(line.startswith(b"$HCPLT,31") for line in device.told()), what="all lamps lit")

    device.hold_until_heard(2, said(language, *ROW))
    assert len(device.rows()) == rows
    assert device.state(id_) == "waiting"

    beeps = sum(line.startswith(b"$HCPBP") for line in device.told())
    device.rate(id_, 2)
    assert device.state(id_) == "answered"
    (row,) = device.rows()[rows:]
    assert (row["level"], row["input"], row["language"]) == (2, "key", language)
    until(lambda: device.heard()[-2:] == said(language, "saved", "thanks"), what="saved and thanked")
    until(
        lambda: sum(line.startswith(b"$HCPBP,80") for line in device.told()) > 0,
        what="the sound of a saved rating",
    )
    assert sum(line.startswith(b"$HCPBP") for line in device.told()) > beeps


def test_a_language_without_a_voice_is_asked_and_answered_by_the_lamps(device: SpokenDevice) -> None:
    spoken, told, rows = len(device.heard()), len(device.told()), len(device.rows())
    id_ = device.invite(3, language="bo")
    until(lambda: breaths(device.told()[told:]) > 2, what=f"the lamps breathe\n{device.log()}")

    device.rate(id_, 2)
    assert device.state(id_) == "answered"
    (row,) = device.rows()[rows:]
    assert (row["level"], row["input"], row["language"]) == (2, "key", "bo")
    until(lambda: SAVED_MS in sounds(device.told()[told:]), what="the sound of a saved rating")
    assert CONTACT_MS in sounds(device.told()[told:])
    until(lambda: lamps(device.told())[-1] == 0, what="the lamps go out")
    assert device.heard()[spoken:] == []  # rather nothing than another's language


def test_the_log_tells_nothing_of_what_was_said(device: SpokenDevice) -> None:
    assert "level-" not in device.log()
    assert ".wav" not in device.log()
