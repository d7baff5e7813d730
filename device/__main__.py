"""The device process: reads its configuration, wires the parts together, draws until it is told to stop."""

from __future__ import annotations

import gc

if __name__ == "__main__":
    gc.disable()  # what is imported stays: looking through it for rubbish is a fifth of a start

import logging
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from device.acceptance import Acceptance
from device.certificate_life import CERTIFICATE
from device.clock import SystemClock, kernel_synchronised
from device.clock_judgement import RELEASED_AT
from device.clock_rows import ClockRows
from device.condition import ConditionReport
from device.configuration import read_configuration
from device.desk import InvitationDesk
from device.down_store import DownStore
from device.enrolled import Enrolled, board_serial, read_enrolled
from device.errors import ChuangpingError, ConfigError, ContractError
from device.events import Stop
from device.faults import Fault
from device.in_force import InForce
from device.inbox import Inbox
from device.indicators import national_list
from device.invitation_store import InvitationStore
from device.key_proof_store import KeyProofStore
from device.key_prover import KeyProver
from device.ledger.guard import guarded_ledger
from device.level import Level
from device.lifeline import Lifeline
from device.loop import DeviceLoop
from device.orderly import Orderly
from device.phone import PhoneLinks, read_phone_key
from device.photo_reader import PHOTOS, PhotoReader
from device.press_filter import FilterRules
from device.process import as_process
from device.province_settings import PhoneOffer, ProvinceSettings
from device.province_time import ReceiptFacts, ReceivedReceipts
from device.received_orders import OrderFacts, ReceivedOrders
from device.received_settings import ReceivedSettings
from device.reception import Reception
from device.recorder import Recorder
from device.retirement import receipt_path
from device.sealed_receipts import SealedReceipts
from device.sealing import SealingKey
from device.service_notice import notify_service
from device.settings import DeviceConfig, ProvinceSection, VoiceSection
from device.settings_keeper import SettingsKeeper
from device.signaller import Signaller
from device.signals import Mute
from device.snapshot import Display, WindowCard
from device.staff_watch import StaffWatch
from device.upkeep import Upkeep
from device.visit.state import Rules
from device.voice.announcer import Announcer
from device.voice.library import Library
from device.voice.telling import VoiceRules, Wanted
from device.watchdog import Watchdog
from device.window import Window
from hardware.control_socket import ControlSocket
from hardware.counter.link import CounterLink
from hardware.panel_factory import open_panel, wiring
from hardware.voice_factory import open_jack, open_speaker
from sync.contract.assignment import open_assignment
from sync.contract.envelope import unwrap
from sync.contract.keys import PublicKey, open_key_set
from sync.contract.messages import Order, Receipt, Settings
from sync.contract.topics import Direction, DownName, Topic
from ui.display_factory import open_display
from ui.layout import Layout

log = logging.getLogger("device")

_JOIN_S = 5.0


@click.command()
@click.option("--config", "path", type=click.Path(path_type=Path), required=True, help="device.toml")
def main(path: Path) -> None:
    """Run the device: screen, keys, counter link and ledger, in the foreground."""
    with as_process():
        run(read_configuration(path, DeviceConfig, "device"), board=board_serial())


def run(config: DeviceConfig, *, board: str | None = None) -> None:
    """The device until SIGTERM or SIGINT. Raises ChuangpingError when it cannot start or had to end.

    `board`: the serial number of this box, if it has one.
    """
    clock, inbox, store = SystemClock(), Inbox(), InvitationStore(config.device.folder / "device.db")
    config.device.folder.mkdir(parents=True, exist_ok=True)
    # A code wants a screen: a console has none to show it on.
    believed = _believed(config.province, config.device.id, codes_shown=config.ui.display == "window")
    enrolled = None if config.province.enrolment is None else read_enrolled(config.province.enrolment)
    rules = _rules(config, sealing=believed.sealing if believed else None)
    card = WindowCard(config.window.number, config.window.name, config.window.hall)
    guard = guarded_ledger(
        config.device.folder,
        max_mib=config.ledger.max_mib,
        ballast_kib=config.ledger.ballast_kib,
        clock=clock,
        reached=believed.receipts.reached if believed else lambda _: 0,
    )
    display = open_display(config.ui, inbox=inbox, clock=clock)
    link = CounterLink(
        host=config.counter.host,
        port=config.counter.port,
        token=_token(config.counter.token_file),
        origins=config.counter.origins,
        inbox=inbox,
    )
    photos = _photos(config.province, inbox)
    panel = open_panel(config.panel, inbox, clock)
    speaker = open_speaker(config.voice, inbox, clock)
    jack = open_jack(config.voice, pin_factory=config.panel.pin_factory, inbox=inbox, clock=clock)
    window = Window(
        clock=clock,
        guard=guard,
        store=store,
        recorder=Recorder(
            ledger=guard,
            clock=clock,
            window=config.window,
            indicator_list=rules.indicators.version,
            layout_id=Layout(*config.ui.upright).id,
            seal=believed.sealing if believed else None,
        ),
        rules=rules,
        card=card,
        display=display,
        counter=link,
        keeper=SettingsKeeper(
            base=InForce(card, config.window.id, config.window.assignment, rules),
            store=DownStore(store),
            received=believed.settings if believed else None,
        ),
        photos=photos,
        retired=receipt_path(config.device.folder, config.device.id).exists,
    )
    desk = InvitationDesk(store=store, ledger=guard, clock=clock)
    loop = DeviceLoop(
        inbox=inbox,
        clock=clock,
        window=window,
        reception=Reception(window=window, desk=desk, store=store, clock=clock),
        filter_rules=FilterRules(config.keys.together_ms, config.keys.bounce_ms, config.keys.long_ms),
        upkeep=Upkeep(
            clock=clock,
            guard=guard,
            store=store,
            receipts=believed.receipts if believed else None,
            retention_days=config.ledger.retention_days,
            kernel_synchronised=kernel_synchronised,
            clock_rows=ClockRows(guard),
            conditions=ConditionReport(store),
            sealed_receipts=believed.sealed_receipts if believed else None,
            not_before=enrolled.issued if enrolled else RELEASED_AT,
        ),
        signaller=Signaller(sink=panel or Mute(), clock=clock),
        lifeline=Lifeline(clock=clock, watchdog=Watchdog(clock=clock)),
        acceptance=Acceptance(
            clock=clock,
            window=window,
            prover=KeyProver(
                clock=clock,
                store=KeyProofStore(store),
                rows=guard,
                panel=wiring(config.panel),
                levels=config.keys.levels,
                within_days=config.keys.proof_days,
            )
            if panel
            else None,
            receipts=believed.receipts if believed else None,
        ),
        announcer=Announcer(
            clock=clock,
            speaker=speaker,
            library=_library(config.voice) if speaker else None,
            rules=VoiceRules(
                wanted=Wanted(config.voice.mode),
                screen=config.ui.display != "none",
                rows=Layout(*config.ui.upright).portrait,
                headphones=config.voice.headphones is not None,
            ),
        ),
        releases_told=config.panel.kind == "gpio",
        staff_watch=StaffWatch(
            clock=clock,
            rows=guard,
            receipts=believed.receipts if believed else None,
            standing=tuple(_standing(enrolled, board, is_sent=believed is not None)),
            slips=lambda: panel.counters.lost_presses + panel.counters.restarts if panel else 0,
            certificate=_certificate(config.province),
            silent_days=config.province.silent_days,
        ),
        orderly=Orderly(
            received=believed.orders,
            store=DownStore(store),
            window=window,
            desk=desk,
            clock=clock,
            restart=display.stop,
        )
        if believed
        else None,
    )
    control = ControlSocket(config.device.folder, inbox)
    thread = _LoopThread(loop, display)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: display.stop())
    thread.start()
    if photos:
        photos.start()
    try:
        if speaker:
            speaker.start()
        if jack:
            jack.start()
        link.start()
        control.start()
        if panel:
            panel.start()
        log.info("device started id=%s", config.device.id)
        gc.freeze()
        gc.enable()
        display.run()
    finally:
        notify_service("STOPPING=1")
        control.stop()
        if photos:
            photos.stop()
        if jack:
            jack.stop()
        inbox.put(Stop())
        thread.join(_JOIN_S)
        if speaker:
            speaker.stop()
        if panel:  # after the loop, which puts the lamps out
            panel.stop()
        link.stop()
    if thread.failure is not None:
        raise ChuangpingError("the device loop ended by an error; see the log") from thread.failure
    log.info("device stopped")


def _standing(enrolled: Enrolled | None, board: str | None, *, is_sent: bool) -> Iterator[Fault]:
    if enrolled and enrolled.is_of_another(board):
        yield Fault.OTHER_BOX
    if not is_sent:
        yield Fault.NOT_ENROLLED


def _certificate(section: ProvinceSection) -> Path | None:
    return None if section.enrolment is None else section.enrolment.with_name(CERTIFICATE)


class _LoopThread(threading.Thread):
    """Runs the device loop; when that fails the display stops too: the process ends, to be restarted."""

    def __init__(self, loop: DeviceLoop, display: Display) -> None:
        super().__init__(name="device-loop", daemon=True)
        self._loop = loop
        self._display = display
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            self._loop.run()
        except BaseException as error:
            log.exception("device loop failed")
            self.failure = error
        finally:
            self._display.stop()


def _rules(config: DeviceConfig, *, sealing: SealingKey | None) -> Rules:
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
        words_offered=sealing is not None and config.ui.display == "window",
        has_keys=config.panel.kind != "none",
        has_screen=config.ui.display != "none",
    )


def _photos(section: ProvinceSection, inbox: Inbox) -> PhotoReader | None:
    return None if section.receipts is None else PhotoReader(section.receipts.parent / PHOTOS, inbox.put)


def _library(section: VoiceSection) -> Library:
    return Library((*((section.folder,) if section.folder else ()), section.made))


def _token(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"counter.token_file: {path} cannot be read: {error}"]) from None


@dataclass(frozen=True, slots=True)
class _Believed:
    """What comes from the province, each proven here before it is acted on. `sealing`: None, no such key."""

    receipts: ReceivedReceipts
    sealed_receipts: SealedReceipts
    sealing: SealingKey | None
    settings: ReceivedSettings
    orders: ReceivedOrders


def _believed(section: ProvinceSection, device: str, *, codes_shown: bool) -> _Believed | None:
    if section.receipts is None:
        return None
    sync_db = section.receipts
    if section.key_set is None or section.root is None:
        raise ConfigError(["province.receipts: needs province.key_set and province.root beside it"])
    try:
        root = PublicKey.from_certificate(section.root.read_bytes())
        keys = open_key_set(section.key_set.read_text("ascii"), root)
        sealing = None if keys.sealing is None else SealingKey.from_jwk(keys.sealing.jwk)
    except (OSError, ValueError, ContractError) as error:
        raise ConfigError([f"province.key_set, province.root: cannot be used: {error}"]) from None

    def verify(jws: bytes) -> ReceiptFacts:
        topic = Topic(device, Direction.DOWN, DownName.RECEIPT)
        receipt = unwrap(jws, topic=topic, keys=keys).message
        if not isinstance(receipt, Receipt):
            raise ContractError(f"a receipt was expected, not {type(receipt).__name__}")
        return ReceiptFacts(
            receipt.log_id,
            receipt.through,
            datetime.fromisoformat(receipt.time),
            receipt.head,
            receipt.status,
            receipt.re,
        )

    def verify_settings(jws: bytes) -> ProvinceSettings:
        topic = Topic(device, Direction.DOWN, DownName.SETTINGS)
        message = unwrap(jws, topic=topic, keys=keys).message
        if not isinstance(message, Settings):
            raise ContractError(f"settings were expected, not {type(message).__name__}")
        statement = message.assignment
        return ProvinceSettings(
            version=message.version,
            assignment=None if statement is None else open_assignment(statement, device=device, keys=keys),
            names=message.names,
            clerks=tuple(message.clerks),
            indicators=message.indicator_list,
            rules=message.rules,
            phone=None if message.phone is None or not codes_shown else links_of(message.phone),
        )

    def links_of(offer: PhoneOffer) -> PhoneLinks | None:
        secret = read_phone_key(sync_db, offer.key)
        return None if secret is None else PhoneLinks(device, offer.base, secret)

    def verify_order(jws: bytes) -> OrderFacts:
        topic = Topic(device, Direction.DOWN, DownName.ORDER)
        order = unwrap(jws, topic=topic, keys=keys).message
        if not isinstance(order, Order):
            raise ContractError(f"an order was expected, not {type(order).__name__}")
        expires = None if order.expires_at is None else datetime.fromisoformat(order.expires_at)
        issued = datetime.fromisoformat(order.issued_at)
        return OrderFacts(order.id, order.kind, order.arguments, issued, expires)

    return _Believed(
        ReceivedReceipts(section.receipts, verify),
        SealedReceipts(section.receipts, verify),
        sealing,
        ReceivedSettings(section.receipts, verify_settings),
        ReceivedOrders(section.receipts, verify_order),
    )


if __name__ == "__main__":
    main()
