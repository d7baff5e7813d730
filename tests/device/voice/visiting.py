"""What people do at a device that speaks."""

from __future__ import annotations

from device.events import (
    Button,
    ButtonTile,
    HeadphonesChanged,
    KeyDown,
    KeyUp,
    TouchDown,
    TouchUp,
)
from device.voice.telling import VoiceRules, Wanted

ROW = [prompt for n in range(1, 6) for prompt in (f"key-{n}", f"level-{n}")]

ON_REQUEST = VoiceRules(wanted=Wanted.ON_REQUEST, headphones=True)

ALWAYS = VoiceRules(wanted=Wanted.ALWAYS)

BLIND = VoiceRules(wanted=Wanted.ON_REQUEST, screen=False, headphones=True)


def invite(bench, number=1, **fields):
    bench.invite(number, **fields)
    bench.let(100)


def short(bench, key):
    bench.feel(KeyDown(key, bench.clock.mono_ms()))
    bench.let(150)
    bench.feel(KeyUp(key, bench.clock.mono_ms()))
    bench.let(60)


def long(bench, key):
    bench.feel(KeyDown(key, bench.clock.mono_ms()))
    bench.let(900)
    bench.feel(KeyUp(key, bench.clock.mono_ms()))
    bench.let(60)


def touch(bench, target):
    at_ms = bench.clock.mono_ms()
    bench.feel(TouchDown("finger", target, bench.shown.number, at_ms))
    bench.let(60)
    bench.feel(TouchUp("finger", bench.clock.mono_ms()))


def plug(bench, *, plugged=True):
    bench.feel(HeadphonesChanged(plugged, bench.clock.mono_ms()))
    bench.let(10)


READ_ALOUD = ButtonTile(Button.READ_ALOUD)
