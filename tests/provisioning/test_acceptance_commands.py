"""Key test and test rating as the commands follow them, on a device loop with a fake clock."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from device.events import KeyDown, KeyUp, TechnicianCall
from device.technician import TechnicianAnswer, TechnicianVerb
from provisioning.key_trial import try_keys
from provisioning.rating_trial import NoReceipt, try_rating
from provisioning.refused import Refused
from provisioning.texts import ENGLISH, load_texts
from tests.device.bench import Bench
from tests.faults.device_alone import DeviceAlone
from tests.provisioning.console import chuangping_here


class BenchLine:
    """A control line to a bench. Before each answer `meanwhile(n)` happens, n counting from 0."""

    def __init__(self, bench: Bench, meanwhile: Callable[[int], None]) -> None:
        self._bench = bench
        self._meanwhile = meanwhile
        self._asked = 0
        self.asked: list[TechnicianVerb] = []

    def ask(self, verb: TechnicianVerb) -> dict[str, Any]:
        if verb is TechnicianVerb.SHOW:
            self._meanwhile(self._asked)
            self._asked += 1
        self.asked.append(verb)
        answers: list[TechnicianAnswer] = []
        self._bench.feel(TechnicianCall(verb, answers.append))
        answer: dict[str, Any] = json.loads(json.dumps(asdict(answers[0])))
        return answer


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    bench.let(100)
    return bench


class Heard:
    """What a technician is told, in English."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, name: str, /, **facts: object) -> None:
        self.lines.append(load_texts(ENGLISH).say(name, **facts))


def told(refused: pytest.ExceptionInfo[Refused]) -> str:
    """The sentence of a refusal, in English."""
    return load_texts(ENGLISH).say(refused.value.sentence, **refused.value.facts)


def tap(bench: Bench, key: int) -> None:
    bench.feel(KeyDown(key, bench.clock.mono_ms()))
    bench.let(100)
    bench.feel(KeyUp(key, bench.clock.mono_ms()))


def test_the_keys_that_are_missing_are_named(bench):
    heard = Heard()

    def some_keys(asked: int) -> None:
        if asked < 3:
            tap(bench, (1, 3, 5)[asked])
        else:
            bench.let(60_000)

    with pytest.raises(Refused) as refused:
        try_keys(BenchLine(bench, some_keys), tell=heard)  # type: ignore[arg-type]
    assert re.search(r"^Not proven: 2, 4; check these keys", told(refused))
    assert [line for line in heard.lines if line.startswith("key")] == [
        "key 1  proven (1 of 5).",
        "key 3  proven (2 of 5).",
        "key 5  proven (3 of 5).",
    ]


def test_a_key_that_stays_down_is_told_and_missing(bench):
    heard = Heard()

    def held(asked: int) -> None:
        if asked == 0:
            tap(bench, 1)
        elif asked == 1:
            bench.feel(KeyDown(2, bench.clock.mono_ms()))
            bench.let(100)
        else:
            bench.let(60_000)

    with pytest.raises(Refused) as refused:
        try_keys(BenchLine(bench, held), tell=heard)  # type: ignore[arg-type]
    assert re.search(r"^Not proven: 2, 3, 4, 5;", told(refused))
    assert "key 2  down, let it go." in heard.lines


def test_ctrl_c_gives_the_keys_back(bench):
    def interrupted(asked: int) -> None:
        raise KeyboardInterrupt

    line = BenchLine(bench, interrupted)
    with pytest.raises(KeyboardInterrupt):
        try_keys(line, tell=Heard())  # type: ignore[arg-type]
    assert line.asked[-1] is TechnicianVerb.STOP_KEY_TEST


def test_another_test_that_takes_its_place_is_noticed(bench):
    def another(asked: int) -> None:
        bench.feel(TechnicianCall(TechnicianVerb.KEY_TEST, lambda _: None))

    with pytest.raises(Refused) as refused:
        try_keys(BenchLine(bench, another), tell=Heard())  # type: ignore[arg-type]
    assert re.search("cut short", told(refused))


def test_a_device_that_cannot_record_begins_none(bench):
    (bench.folder / "probe").unlink()
    bench.let(1_100)
    assert bench.window.fault == "F-016"
    with pytest.raises(Refused) as refused:
        try_keys(BenchLine(bench, lambda _: None), tell=Heard())  # type: ignore[arg-type]
    assert re.search(r"^Not begun: the device cannot record, fault F-016; ", told(refused))


def test_a_test_rating_that_nobody_gives_says_that_nothing_was_saved(bench):
    with pytest.raises(Refused) as refused:
        try_rating(BenchLine(bench, lambda _: bench.let(30_000)), tell=Heard())  # type: ignore[arg-type]
    assert re.search(r"^Nothing was saved, for nobody chose a level; try again\.$", told(refused))


def test_a_receipt_that_does_not_come_is_not_waited_for_without_end(bench):
    def once_pressed(asked: int) -> None:
        if asked == 0:
            bench.let(100)
            bench.press(3)
        else:
            bench.let(60_000)

    class WithProvince(BenchLine):
        def ask(self, verb: TechnicianVerb) -> dict[str, Any]:
            return {**super().ask(verb), "province": True}

    heard = Heard()
    with pytest.raises(NoReceipt) as refused:
        try_rating(WithProvince(bench, once_pressed), tell=heard, receipt_most_s=0)  # type: ignore[arg-type]
    assert re.search(r"^Row \d+ is saved, but no receipt came within 0 s", told(refused))
    assert any(line.startswith("Saved as row") for line in heard.lines)


@pytest.mark.parametrize(
    ("language", "words"), [("zh-Hans", "评价器没有应答"), ("en", "The device does not answer")]
)
@pytest.mark.parametrize("verb", ["show", "pause", "keys", "test-rating"])
def test_a_device_that_does_not_run_is_told_in_the_language(
    verb: str, language: str, words: str, tmp_path: Path
) -> None:
    DeviceAlone(tmp_path, tmp_path)  # its configuration; nothing is started
    done = chuangping_here("device", verb, "--config", tmp_path / "device.toml", "--lang", language)
    assert (done.returncode, done.stdout) == (69, "")
    assert done.stderr.startswith(f"chuangping: {words}")
