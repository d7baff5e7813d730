"""The device's parts put together, whatever stands at its ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from device.acceptance import Acceptance
from device.believed import Believed
from device.certificate_life import CERTIFICATE
from device.clock import JudgedClock
from device.clock_judgement import RELEASED_AT
from device.clock_rows import ClockRows
from device.condition import ConditionReport
from device.desk import InvitationDesk
from device.down_store import DownStore
from device.faults import Fault
from device.gallery import Photos
from device.glass import SnapshotSink
from device.house_watch import HouseWatch
from device.in_force import InForce
from device.inbox import Inbox
from device.indicators import national_list
from device.invitation_store import InvitationStore
from device.key_proof_store import KeyProofStore
from device.key_prover import KeyProver
from device.ledger.guard import LedgerGuard, guarded_ledger
from device.level import Level
from device.lifeline import Lifeline
from device.loop import DeviceLoop
from device.orderly import Orderly
from device.press_filter import FilterRules
from device.reception import Reception
from device.recorder import Appender, Recorder
from device.retirement import receipt_path
from device.settings import DeviceConfig, ProvinceSection
from device.settings_keeper import SettingsKeeper
from device.signaller import Signaller
from device.signals import SignalSink
from device.snapshot import WindowCard
from device.staff_watch import StaffWatch
from device.upkeep import Upkeep
from device.visit.state import Rules
from device.voice.announcer import Announcer
from device.voice.library import Library
from device.voice.settings import VoiceSection
from device.voice.speaker import Speaker
from device.voice.telling import VoiceRules, Wanted
from device.watchdog import Watchdog
from device.window import CounterFace, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What stands at the ends of a device: screen, counter, keys, voice.

    `layout_id`: how the levels are arranged; `portrait`: on a standing picture. `panel`: how the keys are
    wired, or None without any; `slips`: what it lost so far. `restart` ends the process, to be started again.
    `begin`: as for Lifeline.
    """

    display: SnapshotSink
    counter: CounterFace
    signals: SignalSink
    layout_id: str
    portrait: bool
    panel: str | None
    restart: Callable[[], None]
    slips: Callable[[], int] = lambda: 0
    speaker: Speaker | None = None
    photos: Photos | None = None
    begin: Callable[[], None] = lambda: None


def wired(
    config: DeviceConfig,
    ends: Ends,
    *,
    clock: JudgedClock,
    inbox: Inbox,
    rules: Rules,
    kernel_synchronised: Callable[[], bool],
    believed: Believed | None = None,
    not_before: datetime = RELEASED_AT,
    standing: tuple[Fault, ...] = (),
    around: Callable[[LedgerGuard], Appender] = lambda ledger: ledger,
) -> DeviceLoop:
    """The loop of the device that `config` describes; it opens its files when it runs.

    `believed`: what comes from the province, if anything does. `not_before`: as for Upkeep. `standing`: what
    is wrong as long as this process runs. `around`: what ratings are appended through.
    """
    receipts = believed.receipts if believed else None
    store = InvitationStore(config.device.folder / "device.db")
    card = WindowCard(config.window.number, config.window.name, config.window.hall)
    guard = guarded_ledger(
        config.device.folder,
        max_mib=config.ledger.max_mib,
        ballast_kib=config.ledger.ballast_kib,
        clock=clock,
        reached=receipts.reached if receipts else lambda _: 0,
    )
    window = Window(
        clock=clock,
        guard=guard,
        store=store,
        recorder=Recorder(
            ledger=around(guard),
            clock=clock,
            window=config.window,
            indicator_list=rules.indicators.version,
            layout_id=ends.layout_id,
            seal=believed.sealing if believed else None,
        ),
        rules=rules,
        card=card,
        display=ends.display,
        counter=ends.counter,
        keeper=SettingsKeeper(
            base=InForce(card, config.window.id, config.window.assignment, rules),
            store=DownStore(store),
            received=believed.settings if believed else None,
        ),
        photos=ends.photos,
        retired=receipt_path(config.device.folder, config.device.id).exists,
    )
    desk = InvitationDesk(store=store, ledger=guard, clock=clock)
    acceptance = Acceptance(
        clock=clock,
        window=window,
        prover=KeyProver(
            clock=clock,
            store=KeyProofStore(store),
            rows=guard,
            panel=ends.panel,
            levels=config.keys.levels,
            within_days=config.keys.proof_days,
        )
        if ends.panel
        else None,
        receipts=receipts,
    )
    return DeviceLoop(
        inbox=inbox,
        clock=clock,
        window=window,
        reception=Reception(window=window, desk=desk, store=store, clock=clock),
        filter_rules=FilterRules(config.keys.together_ms, config.keys.bounce_ms, config.keys.long_ms),
        watch=HouseWatch(
            clock=clock,
            window=window,
            acceptance=acceptance,
            upkeep=Upkeep(
                clock=clock,
                guard=guard,
                store=store,
                receipts=receipts,
                retention_days=config.ledger.retention_days,
                kernel_synchronised=kernel_synchronised,
                clock_rows=ClockRows(guard),
                conditions=ConditionReport(store),
                sealed_receipts=believed.sealed_receipts if believed else None,
                not_before=not_before,
            ),
            staff_watch=StaffWatch(
                clock=clock,
                rows=guard,
                receipts=receipts,
                standing=standing,
                slips=ends.slips,
                certificate=_certificate(config.province),
                silent_days=config.province.silent_days,
            ),
        ),
        signaller=Signaller(sink=ends.signals, clock=clock),
        lifeline=Lifeline(clock=clock, watchdog=Watchdog(clock=clock), begin=ends.begin),
        acceptance=acceptance,
        announcer=Announcer(
            clock=clock,
            speaker=ends.speaker,
            library=_library(config.voice) if ends.speaker else None,
            rules=VoiceRules(
                wanted=Wanted(config.voice.mode),
                screen=config.ui.display != "none",
                rows=ends.portrait,
                headphones=config.voice.headphones is not None,
            ),
        ),
        releases_told=config.panel.kind == "gpio",
        orderly=Orderly(
            received=believed.orders,
            store=DownStore(store),
            window=window,
            desk=desk,
            clock=clock,
            restart=ends.restart,
        )
        if believed
        else None,
    )


def rules_of(config: DeviceConfig, *, sealing: bool) -> Rules:
    """The rules of visits that `config` sets. `sealing`: there is a key to seal words with."""
    return Rules(
        answer_ms=round(config.visit.answer_s * 1000),
        reasons_ms=round(config.visit.reasons_s * 1000),
        thanks_ms=round(config.visit.thanks_s * 1000),
        dead_ms=round(config.keys.dead_s * 1000),
        indicators=national_list(),
        languages=config.ui.languages,
        uninvited_taken=config.visit.uninvited == "accept",
        key_levels=tuple(map(Level, config.keys.levels)),
        words_ms=round(config.visit.words_s * 1000),
        # As for words: keys cannot choose a word.
        receipt_url=config.visit.receipt_url if config.ui.display == "window" else "",
        cleaning_ms=round(config.visit.cleaning_s * 1000),
        # Keys cannot write: without a screen to touch nobody is asked for words.
        words_offered=sealing and config.ui.display == "window",
        has_keys=config.panel.kind != "none",
        has_screen=config.ui.display != "none",
    )


def _certificate(section: ProvinceSection) -> Path | None:
    return None if section.enrolment is None else section.enrolment.with_name(CERTIFICATE)


def _library(section: VoiceSection) -> Library:
    return Library((*((section.folder,) if section.folder else ()), section.made))
