"""Whatever happens to a ticket in whatever order: it is used by one key, once, in its time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from device.clock import FakeClock
from province.ca import CertificateAuthority
from province.enrolment.address import Address
from province.enrolment.handover import RegistryAlone
from province.enrolment.making import MadeTicket, Wanted
from province.enrolment.office import LocalTicketOffice
from province.enrolment.refusal import EnrolmentRefused, RefusalCode
from province.enrolment.registrar import request_in
from province.enrolment.service import make_service
from province.enrolment.signer import OwnCa
from province.places.plan import Window
from province.store import registry, tickets, windows
from province.store.database import Database
from province.store.tickets import TicketEntry
from sync.contract.keys import KeySet, SigningKey, sign_key_set
from tests.province.blank import blank_database
from tests.province.enrolment.enrolment_bench import BROKER
from tests.province.simulated_device import SimulatedDevice

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
CA = CertificateAuthority.make(NOW)
VALID_S = 3600
BOXES = st.integers(0, 2)


def refusal_of(act: Callable[[], object]) -> RefusalCode | None:
    """Why it was refused; None when it was done."""
    try:
        act()
    except EnrolmentRefused as refused:
        return refused.code
    return None


class TicketStates(RuleBasedStateMachine):
    """A window, its tickets, three boxes; the model is what a person would expect of each ticket."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name)
        self.database: Database = blank_database(folder)
        self.database.open()
        self.clock = FakeClock()
        self.clock.set_wall(NOW)
        key = SigningKey.generate()
        (folder / "ca.key").write_bytes(CA.pem[1])
        root = SigningKey.load(folder / "ca.key")
        self.service = make_service(
            self.database,
            clock=self.clock,
            key=key,
            roots=(CA.certificate,),
            key_set=sign_key_set(KeySet([key.public]), root, NOW),
            signer=OwnCa(CA),
            address=Address("https://enrol.example", BROKER),
            shutting_out=RegistryAlone(clock=self.clock),
        )
        self.office = LocalTicketOffice(self.database, self.service, clock=self.clock, key=key)
        self.boxes = [SimulatedDevice(f"cp-{letter * 10}", NOW) for letter in "abc"]
        self.made: list[MadeTicket] = []
        self.until: dict[str, datetime] = {}
        self.revoked: set[str] = set()
        self.used: dict[str, str] = {}

    @initialize()
    def place(self) -> None:
        with self.database.write() as connection:
            windows.place(connection, Window("W07", "H1", "社保"))

    @rule()
    def make(self) -> None:
        (ticket,) = self.office.make(Wanted(hall="H1", windows=("W07",), valid_s=VALID_S))
        self.made.append(ticket)
        self.until[ticket.id] = self.clock.now().wall + timedelta(seconds=VALID_S)

    @rule(minutes=st.integers(1, 90))
    def wait(self, minutes: int) -> None:
        self.clock.set_wall(self.clock.now().wall + timedelta(minutes=minutes))

    @precondition(lambda self: self.made)
    @rule(data=st.data())
    def revoke(self, data: st.DataObject) -> None:
        ticket = data.draw(st.sampled_from(self.made))
        refused = refusal_of(lambda: self.office.revoke(ticket.id))
        assert refused is (RefusalCode.TICKET_USED if ticket.id in self.used else None)
        if refused is None:
            self.revoked.add(ticket.id)

    @precondition(lambda self: self.made)
    @rule(data=st.data(), number=BOXES, replace=st.booleans())
    def enrol(self, data: st.DataObject, number: int, replace: bool) -> None:
        ticket, box = data.draw(st.sampled_from(self.made)), self.boxes[number]
        serving = [one for one in self._serving() if one != box.name]
        expected = self._expected(ticket, box, serving, replace=replace)
        asked = request_in(box.request())
        refused = refusal_of(lambda: self.service.registrar.enrol(ticket.id, asked, replace=replace))
        assert refused is expected
        if refused is None:
            self.used.setdefault(ticket.id, box.name)

    @rule(number=BOXES)
    def confirm(self, number: int) -> None:
        box = self.boxes[number]
        before = self._last_ticket(box)
        self.service.handover.confirm(box.name)
        if before is None or before.confirmed_at is not None or before.replaces is None:
            return
        serving = self._serving()
        assert serving == [box.name] or box.name not in serving

    def _expected(
        self, ticket: MadeTicket, box: SimulatedDevice, serving: list[str], *, replace: bool
    ) -> RefusalCode | None:
        """What stands in the way, by the model."""
        if box.name in self._shut_out():
            return RefusalCode.REVOKED
        if ticket.id in self.used:
            return None if self.used[ticket.id] == box.name else RefusalCode.TICKET_USED
        if ticket.id in self.revoked:
            return RefusalCode.TICKET_REVOKED
        if self.clock.now().wall >= self.until[ticket.id]:
            return RefusalCode.TICKET_EXPIRED
        if replace == bool(serving):
            return None
        return RefusalCode.WINDOW_FREE if replace else RefusalCode.WINDOW_SERVED

    def _serving(self) -> list[str]:
        with self.database.read() as connection:
            return [one.device for one in registry.serving(connection, "W07")]

    def _shut_out(self) -> set[str]:
        with self.database.read() as connection:
            return {d.device for d in registry.all_devices(connection) if d.revoked_at is not None}

    def _last_ticket(self, box: SimulatedDevice) -> TicketEntry | None:
        with self.database.read() as connection:
            return tickets.last_of_device(connection, box.name)

    @invariant()
    def each_ticket_is_bound_as_it_was_used_and_no_other_way(self) -> None:
        with self.database.read() as connection:
            held = {one.id: one for one in tickets.all_tickets(connection)}
        assert {id_: one.device for id_, one in held.items() if one.device} == self.used
        for id_, one in held.items():
            assert (one.revoked_at is not None) == (id_ in self.revoked)
            if one.used_at is not None:
                assert datetime.fromisoformat(one.used_at) < self.until[id_]

    def teardown(self) -> None:
        self.database.close()
        self._folder.cleanup()


TestTicketStates = TicketStates.TestCase
TestTicketStates.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
