"""A device loop on a bench: real files, a fake clock, an inbox that lets time pass when it is empty."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from device.acceptance import Acceptance
from device.certificate_life import CERTIFICATE
from device.clock import FakeClock
from device.counter import InvitationRequest, InvitationStatus, Refusal, Refused, parse_invitation
from device.desk import InvitationDesk
from device.down_store import DownStore
from device.events import CounterCall, Drawn, Event, KeyDown
from device.gallery import Photos
from device.house_watch import HouseWatch
from device.in_force import InForce
from device.inbox import Inbox
from device.invitation_store import InvitationStore
from device.key_proof_store import KeyProofStore
from device.key_prover import KeyProver
from device.ledger.guard import guarded_ledger
from device.ledger.reader import LedgerReader
from device.lifeline import Lifeline
from device.loop import DeviceLoop
from device.orderly import Orderly
from device.press_filter import FilterRules
from device.province_silence import Reached
from device.reception import Reception
from device.recorder import Recorder, Seal
from device.row import Row
from device.settings import WindowSection
from device.settings_keeper import SettingsKeeper
from device.signaller import Signaller
from device.signals import SignalSink
from device.snapshot import Snapshot, WindowCard
from device.staff_watch import StaffWatch
from device.upkeep import Upkeep
from device.visit.state import Rules
from device.voice.announcer import Announcer
from device.watchdog import Watchdog
from device.window import Window
from tests.device.signed_province import SignedProvince
from tests.device.visits import RULES


class PassingInbox(Inbox):
    """An empty inbox makes the fake clock move on instead of waiting."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock
        self.until_ms = 0

    def empty(self) -> bool:
        return self._queue.empty()

    def get(self, timeout_s: float | None) -> Event | None:
        event = super().get(0)
        if event is None:
            assert timeout_s is not None
            left_ms = self.until_ms - self._clock.mono_ms()
            self._clock.advance(max(1, min(round(timeout_s * 1000), left_ms)))
        return event


class Bench:
    """One device without wires and screen. `snapshots` and `announced` are what it showed and told.

    `notices`: what the service manager was told. `sent`: what lamps and sounder were told, with the time of
    each. `sink`: a panel to tell instead. `seal`: what words are sealed by. `province`: whose settings and
    orders come. `photos`: who reads pictures. `receipts`: how far the province has come. `slips`: those of
    the panel. `kernel_knows`: the time. `voice`: makes what speaks.
    """

    def __init__(
        self,
        folder: Path,
        province: SignedProvince | None = None,
        *,
        rules: Rules = RULES,
        sink: SignalSink | None = None,
        seal: Seal | None = None,
        photos: Photos | None = None,
        voice: Callable[[FakeClock], Announcer] | None = None,
        receipts: Reached | None = None,
        max_mib: int = 64,
    ) -> None:
        self.folder = folder
        self.province = province
        self.rules = rules
        self.sink = sink or self
        self.seal = seal
        self.panel = "serial sentences panel"
        self.photos = photos
        self.voice = voice or (lambda clock: Announcer(clock=clock))
        self.max_mib = max_mib
        self.slips = 0
        self.kernel_knows = True
        self.receipts = receipts
        self.notices: list[str] = []
        self.sent: list[tuple[int, str, int]] = []
        self.clock = FakeClock()
        self.snapshots: list[Snapshot] = []
        self.announced: list[InvitationStatus] = []
        self.drawing = True
        self.start()

    def start(self) -> None:
        self.inbox = PassingInbox(self.clock)
        self.store = InvitationStore(self.folder / "device.db")
        self.guard = guarded_ledger(self.folder, max_mib=self.max_mib, ballast_kib=64, clock=self.clock)
        window = WindowSection(id="W07", number="07", name="综合受理", hall="市政务服务中心", assignment=3)
        self.window = Window(
            clock=self.clock,
            guard=self.guard,
            store=self.store,
            recorder=Recorder(
                ledger=self.guard,
                clock=self.clock,
                window=window,
                indicator_list="2021-1",
                layout_id="row5-desc-1",
                seal=self.seal,
            ),
            rules=self.rules,
            card=WindowCard("07", "综合受理", "市政务服务中心"),
            display=self,
            counter=self,
            keeper=SettingsKeeper(
                base=InForce(WindowCard("07", "综合受理", "市政务服务中心"), "W07", 3, self.rules),
                store=DownStore(self.store),
                received=self.province.settings if self.province else None,
            ),
            photos=self.photos,
        )
        desk = InvitationDesk(store=self.store, ledger=self.guard, clock=self.clock)
        self.acceptance = Acceptance(
            clock=self.clock,
            window=self.window,
            prover=KeyProver(
                clock=self.clock,
                store=KeyProofStore(self.store),
                rows=self.guard,
                panel=self.panel,
                levels=(1, 2, 3, 4, 5),
                within_days=30,
            ),
        )
        self.restarts = 0
        self.watch = HouseWatch(
            clock=self.clock,
            window=self.window,
            acceptance=self.acceptance,
            upkeep=Upkeep(
                clock=self.clock,  # type: ignore[arg-type]
                guard=self.guard,
                store=self.store,
                receipts=None,
                retention_days=400,
                kernel_synchronised=lambda: self.kernel_knows,
            ),
            staff_watch=StaffWatch(
                clock=self.clock,
                rows=self.guard,
                receipts=self.receipts,
                slips=lambda: self.slips,
                certificate=self.folder / CERTIFICATE,
                silent_days=3,
            ),
        )
        self.loop = DeviceLoop(
            inbox=self.inbox,
            clock=self.clock,
            window=self.window,
            reception=Reception(window=self.window, desk=desk, store=self.store, clock=self.clock),
            filter_rules=FilterRules(),
            watch=self.watch,
            signaller=Signaller(sink=self.sink, clock=self.clock),
            lifeline=Lifeline(
                clock=self.clock,
                watchdog=Watchdog(clock=self.clock, wanted=True, notify=self.notices.append),
                notify=self.notices.append,
            ),
            acceptance=self.acceptance,
            announcer=self.voice(self.clock),
            orderly=Orderly(
                received=self.province.orders,
                store=DownStore(self.store),
                window=self.window,
                desk=desk,
                clock=self.clock,
                restart=self._restarted,
            )
            if self.province
            else None,
        )
        self.window.open()

    def _restarted(self) -> None:
        self.restarts += 1

    def show(self, snapshot: Snapshot) -> None:
        self.snapshots.append(snapshot)
        if self.drawing:
            self.inbox.put(Drawn(snapshot.number, self.clock.mono_ms()))

    def light(self, mask: int) -> None:
        self.sent.append((self.clock.mono_ms(), "lamps", mask))

    def beep(self, ms: int) -> None:
        self.sent.append((self.clock.mono_ms(), "beep", ms))

    def announce(self, status: InvitationStatus) -> None:
        self.announced.append(status)

    @property
    def shown(self) -> Snapshot:
        return self.snapshots[-1]

    def let(self, ms: int) -> None:
        """Let `ms` milliseconds pass."""
        self.inbox.until_ms = self.clock.mono_ms() + ms
        while self.clock.mono_ms() < self.inbox.until_ms:
            self.loop.turn()

    def ask(self, question: object) -> object:
        answers: list[object] = []
        self.inbox.put(CounterCall(question, answers.append))  # type: ignore[arg-type]
        while not answers:
            self.loop.turn()
        return answers[0]

    def invite(self, number: int = 1, **fields: object) -> object:
        return self.ask(request(number, **fields))

    def feel(self, event: Event) -> None:
        """One event and what was enqueued before it, without time passing."""
        self.inbox.put(event)
        while not self.inbox.empty():
            self.loop.turn()

    def press(self, *keys: int) -> None:
        """Press keys at the same moment, and let the filter decide."""
        for key in keys:
            self.feel(KeyDown(key, self.clock.mono_ms()))
        self.let(40)

    def rows(self) -> list[Row]:
        with LedgerReader(self.folder / "ratings.db") as reader:
            return [row.row() for row in reader.rows()]

    def restart(self) -> None:
        """As after a power cut: nothing was said good-bye to."""
        self.window.close()
        self.start()


def request(number: int = 1, **fields: object) -> InvitationRequest:
    handling = {"project_no": f"510100-20261122-{number:06d}", "service_no": 1, "task_name": "居民身份证换领"}
    return parse_invitation({"handling": handling, "clerk": "C0231", **fields}, via="http")


def refusal(answer: object) -> Refusal:
    """Why a request of the counter was refused."""
    assert isinstance(answer, Refused), answer
    return answer.error
