"""The device as its process wires it, for measurements that put ends of their own to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from device.clock import JudgedClock
from device.glass import SnapshotSink
from device.inbox import Inbox
from device.key_settings import KeysSection, PanelSection
from device.ledger.guard import LedgerGuard
from device.loop import DeviceLoop
from device.recorder import Appender
from device.settings import (
    CounterSection,
    DeviceConfig,
    DeviceSection,
    LedgerSection,
    ProvinceSection,
    UiSection,
    VisitSection,
    WindowSection,
)
from device.signals import SignalSink
from device.visit.state import Rules
from device.voice.settings import VoiceSection
from device.window import CounterFace
from device.wiring import Ends, wired


def wired_loop(
    folder: Path,
    clock: JudgedClock,
    inbox: Inbox,
    *,
    rules: Rules,
    display: SnapshotSink,
    counter: CounterFace,
    signals: SignalSink,
    layout_id: str,
    around: Callable[[LedgerGuard], Appender] = lambda ledger: ledger,
) -> DeviceLoop:
    """A device at window 07 with its files in `folder`. `around`: what ratings are appended through."""
    return wired(
        DeviceConfig(
            device=DeviceSection("measured", folder),
            province=ProvinceSection(),
            window=WindowSection(
                id="W07", number="07", name="综合受理窗口", hall="市政务服务中心", assignment=1
            ),
            visit=VisitSection(),
            keys=KeysSection(),
            panel=PanelSection(),
            ui=UiSection(),
            voice=VoiceSection(),
            counter=CounterSection(token_file=folder / "token"),
            ledger=LedgerSection(ballast_kib=64),
        ),
        Ends(
            display=display,
            counter=counter,
            signals=signals,
            layout_id=layout_id,
            portrait=False,
            panel="serial sentences panel",
            restart=_never,
        ),
        clock=clock,
        inbox=inbox,
        rules=rules,
        kernel_synchronised=lambda: True,
        around=around,
    )


def _never() -> None:
    raise AssertionError("only the province restarts a device, and a measured one has none")
