"""Devices that speak."""

from __future__ import annotations

import dataclasses

import pytest

from device.events import (
    KeyUp,
)
from device.voice.script import PROMPTS
from tests.device.bench import Bench
from tests.device.visits import RULES
from tests.device.voice.voices import Ear, record


@pytest.fixture
def speaking(tmp_path):
    """Makes devices that speak Chinese and English by rules; `reasons` are recorded too."""
    benches = []
    reasons = [f"reason-{i.code}" for i in RULES.indicators.indicators]
    record(tmp_path / "voice", "zh-Hans", [*PROMPTS, *reasons])
    record(tmp_path / "voice", "en")

    def make(rules, **of_visit):
        ear = Ear(tmp_path / "voice", rules)
        folder = tmp_path / f"device-{len(benches)}"
        folder.mkdir()
        visit = dataclasses.replace(RULES, has_screen=rules.screen, **of_visit)
        bench = Bench(folder, rules=visit, voice=ear.announcer)
        benches.append(bench)
        bench.feel(KeyUp(1, bench.clock.mono_ms()))  # this panel tells releases
        bench.let(100)
        ear.heard()
        return bench, ear

    yield make
    for bench in benches:
        bench.window.close()
