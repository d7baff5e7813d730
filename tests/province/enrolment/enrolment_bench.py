"""A province that enrols over real HTTPS, and boxes that come to it with tickets."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from device.clock import Clock
from province.device_web.app import make_device_app
from province.device_web.server import DeviceServer, server_context
from province.enrolment.address import Address
from province.enrolment.handover import RegistryAlone
from province.enrolment.making import MadeTicket, Wanted
from province.enrolment.office import LocalTicketOffice
from province.enrolment.service import make_service
from province.enrolment.signer import OwnCa, Signer
from province.places.row import PlaceRow
from province.store import registry, tickets
from province.store.registry import Assignment
from province.store.tickets import TicketEntry
from sync.contract.enrolment import BrokerAddress, Enrolment, open_enrolment
from sync.contract.keys import KeySet, PublicKey, SigningKey, open_key_set, sign_key_set
from tests.patience import PATIENCE_S
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice

NORTH = [
    PlaceRow(2, "D1", "政务局", "H1", "北大厅", "510100", "W07", "07", "社保"),
    PlaceRow(3, "D1", "政务局", "H1", "北大厅", "510100", "W08", "08", "户籍"),
    PlaceRow(4, "D1", "政务局", "H2", "南大厅", "510104", "W21", "21", "医保"),
]
BROKER = BrokerAddress(host="mqtt.example", port=8883, probe_port=8884, server_name="localhost")


class Answer(NamedTuple):
    """What the listener answered."""

    status: int
    body: bytes
    headers: http.client.HTTPMessage

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def refusal(self) -> tuple[str, dict[str, str]]:
        return self.json["error"], self.json["facts"]

    @property
    def certificates(self) -> list[x509.Certificate]:
        assert self.status == 200, self.body
        return pkcs7.load_der_pkcs7_certificates(base64.b64decode(self.body))


class NotedShuttingOut(RegistryAlone):
    """Notes whom the broker would be told of."""

    def __init__(self, *, clock: Clock) -> None:
        super().__init__(clock=clock)
        self.settled: list[str | None] = []

    def settle(self, *, again: str | None = None) -> None:
        self.settled.append(again)


class EnrolmentBench:
    """Tickets, the service and its listener, on a province bench."""

    def __init__(self, bench: ProvinceBench, folder: Path, *, signer: Signer | None = None) -> None:
        self.bench = bench
        self.folder = folder
        self.shut_out = NotedShuttingOut(clock=bench.clock)
        now = bench.clock.now().wall
        (folder / "ca.key").write_bytes(bench.ca.pem[1])
        root = SigningKey.load(folder / "ca.key")  # it also signs the key set
        keys = KeySet([bench.key.public])
        issued = bench.ca.issue_server(["localhost", "127.0.0.1"], now)
        for name, content in (
            ("ca.crt", bench.ca.pem[0]),
            ("server.crt", issued.certificate),
            ("server.key", issued.key),
        ):
            (folder / name).write_bytes(content)
        self.service = make_service(
            bench.database,
            clock=bench.clock,
            key=bench.key,
            roots=(bench.ca.certificate,),
            key_set=sign_key_set(keys, root, now),
            signer=signer or OwnCa(bench.ca),
            address=Address("https://enrol.example:18443", BROKER),
            shutting_out=self.shut_out,
        )
        self.office = LocalTicketOffice(bench.database, self.service, clock=bench.clock, key=bench.key)
        self.server = DeviceServer(
            make_device_app(
                bench.database, bench.blobs, clock=bench.clock, most=100_000, enrolment=self.service
            ),
            host="127.0.0.1",
            port=0,
            context=server_context(
                ca=folder / "ca.crt", certificate=folder / "server.crt", key=folder / "server.key"
            ),
        )
        bench.office.import_places(NORTH, dry_run=False)

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.stop(PATIENCE_S)
        assert not self.server.serving

    def ticket(
        self, window: str = "W07", *, hall: str = "H1", valid_s: int = 3600, with_codes: bool = False
    ) -> MadeTicket:
        wanted = Wanted(hall=hall, windows=(window,), valid_s=valid_s, with_codes=with_codes)
        (made,) = self.office.make(wanted)
        return made

    def box(self, name: str) -> SimulatedDevice:
        """A box out of the carton: a key, a name, nothing else."""
        return SimulatedDevice(name, self.bench.clock.now().wall)

    def enrolled(self, name: str, window: str = "W07", *, replace: bool = False) -> SimulatedDevice:
        """A box that has been enrolled by a ticket of its own, not confirmed yet."""
        box = self.box(name)
        answer = self.enrol(box, self.ticket(window), replace=replace)
        box.certificate = answer.certificates[0].public_bytes(Encoding.PEM)
        return box

    def enrol(
        self, box: SimulatedDevice, ticket: MadeTicket, *, replace: bool = False, password: str | None = None
    ) -> Answer:
        """The box asks for its certificate as EST has it."""
        return self.post_request(box, user=ticket.id, password=password or ticket.ticket, replace=replace)

    def post_request(
        self, box: SimulatedDevice, *, user: str, password: str, replace: bool = False
    ) -> Answer:
        said = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        path = f"/.well-known/est/{'replace/' if replace else ''}simpleenroll"
        return self.ask("POST", path, request_body(box), headers={"Authorization": f"Basic {said}"})

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        by: SimulatedDevice | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """What the listener answers, to `by` with its certificate or to somebody without."""
        context = ssl.create_default_context(cafile=self.folder / "ca.crt")
        if by is not None:
            (self.folder / "client.pem").write_bytes(by.certificate + by.key_pem)
            context.load_cert_chain(self.folder / "client.pem")
        line = http.client.HTTPSConnection("localhost", self.server.port, context=context, timeout=PATIENCE_S)
        try:
            line.request(method, path, body, headers or {})
            answer = line.getresponse()
            return Answer(answer.status, answer.read(), answer.headers)
        finally:
            line.close()

    def enrolment(self, box: SimulatedDevice) -> Enrolment:
        """What the box is told with its certificate, proven as the box would."""
        answer = self.ask("GET", "/device/v1/enrolment", by=box)
        assert answer.status == 200, answer.body
        root = PublicKey.from_certificate(self.bench.ca.pem[0])
        keys = open_key_set(answer.json["keys"], root)
        return open_enrolment(answer.json["enrolment"], device=box.name, keys=keys)

    def confirm(self, box: SimulatedDevice) -> Answer:
        return self.ask("POST", "/device/v1/enrolment/confirmed", b"", by=box)

    def entry(self, ticket: MadeTicket) -> TicketEntry:
        with self.bench.database.read() as connection:
            found = tickets.find(connection, ticket.id)
        assert found is not None
        return found

    def assignments(self, box: SimulatedDevice) -> list[Assignment]:
        with self.bench.database.read() as connection:
            return registry.assignments_of(connection, box.name)

    def registered(self, box: SimulatedDevice) -> registry.Device | None:
        with self.bench.database.read() as connection:
            return registry.find(connection, box.name)

    def later(self, **time: float) -> None:
        """Some time goes by, on the wall too."""
        self.bench.clock.set_wall(self.bench.clock.now().wall + timedelta(**time))


def request_body(box: SimulatedDevice) -> bytes:
    """The box's signing request as EST has it: base64 of DER, with line ends."""
    der = x509.load_pem_x509_csr(box.request()).public_bytes(Encoding.DER)
    return base64.encodebytes(der)
