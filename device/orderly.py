"""The orderly: carries out the province's orders, each once, none over a citizen's head."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from device.clock import Clock
from device.counter import InvitationRequest, Refused, parse_invitation
from device.desk import InvitationDesk
from device.down_store import DownStore
from device.errand import AGENTS_OWN
from device.errors import ContractError, InvalidField
from device.handling import text
from device.received_orders import OrderFacts, ReceivedOrder, ReceivedOrders
from device.technician import BUSY
from device.visit.effects import Effect
from device.visit.happenings import CleaningWanted, RatedByPhone, Withdrawn
from device.visit.state import Asking, Cleaning, Idle
from device.window import Window

log = logging.getLogger(__name__)

NOTICE_CHARACTERS = 40
NOTICE_S = (5, 3600)
_NOTICE_DEFAULT_S = 60


class OrderKind(StrEnum):
    """What this device can be told to do."""

    RESTART = "restart"
    SHOW_NOTICE = "show_notice"
    CLOSE_VISIT = "close_visit"
    INVITE = "invite"
    CLEAN = "clean"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an order: "done", "refused" or "failed"."""

    word: str
    why: str = ""


_DONE = Outcome("done")
_TOO_LATE: tuple[Outcome, tuple[Effect, ...]] = (Outcome("refused", "it came after its time"), ())


class Orderly:
    """Belongs to the device loop's thread. `restart` makes the process end cleanly; it never waits.

    An order is in device.db before it is begun: one that a power cut interrupted is `failed`.
    """

    def __init__(
        self,
        *,
        received: ReceivedOrders,
        store: DownStore,
        window: Window,
        desk: InvitationDesk,
        clock: Clock,
        restart: Callable[[], None],
    ) -> None:
        self._received = received
        self._store = store
        self._window = window
        self._desk = desk
        self._clock = clock
        self._restart = restart
        self._unproven: set[bytes] = set()  # so that the log says it once
        self._begun_closed = False

    def look(self) -> tuple[Effect, ...]:
        """Carry out what has come; the effects on the visit. Raises LedgerError."""
        if self._window.fault is not None:
            return ()
        if not self._begun_closed:
            self._store.fail_begun("the device was interrupted")
            self._begun_closed = True
        effects: tuple[Effect, ...] = ()
        for received in self._received.unanswered():
            # One of another boot is of another session too: if it is still to be done, it comes again.
            if received.boot != self._clock.now().boot or self._store.knows_order(received.id):
                continue
            order = self._proven(received)
            if order is not None and order.kind not in AGENTS_OWN:
                effects += self._obey(order, received.mono_ms)
        return effects

    def _proven(self, received: ReceivedOrder) -> OrderFacts | None:
        if received.jws in self._unproven:
            return None
        try:
            order = self._received.verify(received.jws)
            if order.id != received.id:
                raise ContractError("kept under another id than it was signed with")
        except ContractError as error:
            self._unproven.add(received.jws)
            log.error("order not believed why=%s", error)
            return None
        return order

    def _obey(self, order: OrderFacts, came_ms: int) -> tuple[Effect, ...]:
        if order.kind == OrderKind.RESTART and not isinstance(self._window.state.phase, Idle):
            return ()  # its turn comes when nobody is served
        self._store.begin_order(order.id, order.kind)
        outcome, effects = _TOO_LATE if self._is_over(order, came_ms) else self._carry_out(order)
        self._store.end_order(order.id, outcome.word, outcome.why)
        log.info("order kind=%s outcome=%s", order.kind[:32], outcome.word)
        if order.kind == OrderKind.RESTART and outcome is _DONE:
            self._restart()
        return effects

    def _is_over(self, order: OrderFacts, came_ms: int) -> bool:
        """Whether it can be told that its time has passed, also by a device that does not know the time."""
        if order.expires is None:
            return False
        now = self._clock.now()
        lain = timedelta(milliseconds=now.mono_ms - came_ms)
        wall = now.wall if now.quality == "trusted" else self._store.time_floor()
        return lain > order.expires - order.issued or wall > order.expires

    def _carry_out(self, order: OrderFacts) -> tuple[Outcome, tuple[Effect, ...]]:
        try:
            match order.kind:
                case OrderKind.RESTART:
                    return _DONE, ()
                case OrderKind.SHOW_NOTICE:
                    return self._show_notice(order.arguments), ()
                case OrderKind.CLOSE_VISIT:
                    return self._close_visit(order.arguments)
                case OrderKind.INVITE:
                    return self._invite(order.arguments)
                case OrderKind.CLEAN:
                    return self._clean()
                case _:
                    return Outcome("refused", f"unknown kind; known: {', '.join(OrderKind)}"), ()
        except InvalidField as error:
            return Outcome("refused", str(error)), ()

    def _show_notice(self, arguments: Mapping[str, str]) -> Outcome:
        notice = text(arguments.get("text"), "text", NOTICE_CHARACTERS, least=1)
        if not notice.isprintable():
            raise InvalidField("text", "holds a character that cannot be shown")
        seconds = _whole(arguments.get("seconds", str(_NOTICE_DEFAULT_S)), "seconds", *NOTICE_S)
        self._window.show_notice(notice, until_ms=self._clock.mono_ms() + seconds * 1000)
        return _DONE

    def _close_visit(self, arguments: Mapping[str, str]) -> tuple[Outcome, tuple[Effect, ...]]:
        phase = self._window.state.phase
        if "rated_by_phone" in arguments:
            # The visit is named: another may be on by now, and is nobody's to end.
            event = RatedByPhone(arguments["rated_by_phone"], self._clock.mono_ms())
            effects = self._window.apply(event)
            return (_DONE, effects) if effects else (Outcome("refused", "that visit is over"), ())
        if isinstance(phase, Idle | Cleaning):
            return Outcome("refused", "there is no visit"), ()
        if not isinstance(phase, Asking) or phase.standing is not None or phase.invitation.id is None:
            return Outcome("refused", "the citizen has begun; nothing cuts the visit short"), ()
        return _DONE, self._window.apply(Withdrawn(phase.invitation.id, self._clock.mono_ms()))

    def _invite(self, arguments: Mapping[str, str]) -> tuple[Outcome, tuple[Effect, ...]]:
        answer, invitation = self._desk.admit(_request(arguments), self._window.state, self._window.rules)
        if isinstance(answer, Refused):
            return Outcome("refused", answer.message), ()
        return _DONE, () if invitation is None else self._window.offer(invitation)

    def _clean(self) -> tuple[Outcome, tuple[Effect, ...]]:
        if not isinstance(self._window.state.phase, Idle):
            return Outcome("refused", BUSY), ()
        return _DONE, self._window.apply(CleaningWanted(self._clock.mono_ms()))


def _request(arguments: Mapping[str, str]) -> InvitationRequest:
    """The invitation in the arguments of an order: those of the counter's, as texts. Raises InvalidField."""
    handling: dict[str, object] = dict(arguments)
    body: dict[str, object] = {name: handling.pop(name) for name in ("clerk", "language") if name in handling}
    if "ttl_s" in handling:
        body["ttl_s"] = _whole(str(handling.pop("ttl_s")), "ttl_s", 1, 3600)
    for name in ("service_no", "assessment"):
        if name in handling:
            handling[name] = _whole(str(handling[name]), f"handling.{name}", 1, 2**53 - 1)
    return parse_invitation({**body, "handling": handling}, via="order")


def _whole(value: str, field: str, least: int, most: int) -> int:
    if not (value.isascii() and value.isdigit()) or len(value) > 16 or not least <= int(value) <= most:
        raise InvalidField(field, f"must be a whole number, {least} to {most}")
    return int(value)
