"""The device as its process wires it, for measurements that put ends of their own to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from device.acceptance import Acceptance
from device.clock import JudgedClock
from device.desk import InvitationDesk
from device.glass import SnapshotSink
from device.inbox import Inbox
from device.invitation_store import InvitationStore
from device.key_proof_store import KeyProofStore
from device.key_prover import KeyProver
from device.ledger.guard import LedgerGuard, guarded_ledger
from device.lifeline import Lifeline
from device.loop import DeviceLoop
from device.press_filter import FilterRules
from device.reception import Reception
from device.recorder import Appender, Recorder
from device.settings import WindowSection
from device.signaller import Signaller
from device.signals import SignalSink
from device.snapshot import WindowCard
from device.staff_watch import StaffWatch
from device.upkeep import Upkeep
from device.visit.state import Rules
from device.voice.announcer import Announcer
from device.watchdog import Watchdog
from device.window import CounterFace, Window


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
    store = InvitationStore(folder / "device.db")
    guard = guarded_ledger(folder, max_mib=2048, ballast_kib=64, clock=clock)
    recorder = Recorder(
        ledger=around(guard),
        clock=clock,
        window=WindowSection(id="W07", number="07", name="综合受理窗口", hall="市政务服务中心", assignment=1),
        indicator_list=rules.indicators.version,
        layout_id=layout_id,
    )
    window = Window(
        clock=clock,
        guard=guard,
        store=store,
        recorder=recorder,
        rules=rules,
        card=WindowCard("07", "综合受理窗口", "市政务服务中心"),
        display=display,
        counter=counter,
    )
    return DeviceLoop(
        inbox=inbox,
        clock=clock,
        window=window,
        reception=Reception(
            window=window,
            desk=InvitationDesk(store=store, ledger=guard, clock=clock),
            store=store,
            clock=clock,
        ),
        filter_rules=FilterRules(),
        upkeep=Upkeep(
            clock=clock,
            guard=guard,
            store=store,
            receipts=None,
            retention_days=400,
            kernel_synchronised=lambda: True,
        ),
        signaller=Signaller(sink=signals, clock=clock),
        announcer=Announcer(clock=clock),
        lifeline=Lifeline(clock=clock, watchdog=Watchdog(clock=clock)),
        acceptance=Acceptance(
            clock=clock,
            window=window,
            prover=KeyProver(
                clock=clock,
                store=KeyProofStore(store),
                rows=guard,
                panel="serial sentences panel",
                levels=(1, 2, 3, 4, 5),
                within_days=30,
            ),
        ),
        staff_watch=StaffWatch(clock=clock, rows=guard, receipts=None, silent_days=3),
    )
