"""A province's enrolment service that answers as a test has it: real HTTPS, real certificates."""

from __future__ import annotations

import base64
import json
import ssl
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from device.clock import wall_text
from device.province_settings import Assignment, Names
from province.ca import CertificateAuthority, certificate_pem
from province.folder import ProvinceFolder
from province.settings_message import sign_settings
from province.store.settings import Body
from sync.contract.assignment import sign_assignment
from sync.contract.enrolment import BrokerAddress, Enrolment, sign_enrolment
from sync.contract.keys import PublicKey, SigningKey, open_key_set
from sync.contract.renewal import read_unproven
from sync.contract.stick import StickAnswer
from sync.contract.ticket import Ticket, fingerprint, open_ticket, sign_ticket
from tests.patience import PATIENCE_S
from tests.ports import HOST, free_port

CODE = "7K3M"


class No(Exception):
    """The service says no."""

    def __init__(self, status: int, code: str, **facts: object) -> None:
        self.status = status
        self.code = code
        self.facts = facts


@dataclass
class Service:
    """The province in `folder`. `no`: path → what is answered there instead. `silent`: paths never answered.

    `asked`: the paths so far, in order. `approved`: whether a person has approved renewals.
    """

    folder: Path
    no: dict[str, No] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    approved: bool = False
    settings: bool = True
    replaced: str | None = None
    days: int = 825

    def __post_init__(self) -> None:
        self.broker_port, self.probe_port = free_port(), free_port()
        province = ProvinceFolder(self.folder)
        province.make(
            host=HOST,
            mqtt_port=self.broker_port,
            worker_port=self.probe_port,
            web_port=1,
            now=datetime.now(UTC),
        )
        self.ca = CertificateAuthority.load(
            (self.folder / "ca" / "ca.crt").read_bytes(), (self.folder / "ca" / "ca.key").read_bytes()
        )
        self.signing = SigningKey.load(self.folder / "signing.key")
        self.keys = (self.folder / "keys.jws").read_text("ascii").strip()
        self.devices: dict[str, tuple[str, Ticket]] = {}  # device → its key's kid, its ticket
        self.confirmed: list[str] = []
        self.windows = {"W07": "hall-1"}
        self._printed: dict[tuple[str, str, SigningKey | None, int], str] = {}
        self.asking = threading.Event()  # somebody waits at a silent path
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.folder / "device_web.crt", self.folder / "device_web.key")
        self._context.load_verify_locations(self.folder / "ca" / "ca.crt")
        self._context.verify_mode = ssl.CERT_OPTIONAL
        self._over = threading.Event()
        self._server = ThreadingHTTPServer((HOST, 0), _handler(self))
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign] - a client that goes away
        self.port = int(self._server.server_address[1])
        self.url = f"https://{HOST}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="service")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE_S)

    # ---- what a test asks of it ----

    def ticket(
        self, window: str = "W07", hall: str = "hall-1", *, by: SigningKey | None = None, nth: int = 0
    ) -> str:
        """The `nth` ticket for `window`, signed by the province or by another key."""
        if (window, hall, by, nth) in self._printed:
            return self._printed[window, hall, by, nth]
        until = wall_text(datetime.now(UTC) + timedelta(hours=8))
        ca = fingerprint(self.ca.certificate)
        number = f"{nth + zlib.crc32(f'{window} {hall}'.encode()):016x}"
        ticket = Ticket(id=number, url=self.url, ca=ca, window=window, hall=hall, until=until)
        self._printed[window, hall, by, nth] = sign_ticket(ticket, by or self.signing)
        return self._printed[window, hall, by, nth]

    def move(self, device: str, window: str) -> None:
        """`device` serves `window` from now on."""
        kid, ticket = self.devices[device]
        self.devices[device] = (kid, msgspec.structs.replace(ticket, window=window))

    def answer(self, request: dict[str, Any]) -> StickAnswer:
        """As the office answers a request from a stick."""
        certificate = self._enrol(request["ticket"], request["csr"].encode())
        return StickAnswer(
            device=request["device"],
            certificate=certificate.decode(),
            ca=certificate_pem(self.ca.certificate).decode(),
            keys=self.keys,
            enrolment=self.enrolment(request["device"]),
        )

    def enrolment(self, device: str) -> str:
        """The enrolment of `device`, signed."""
        now, ticket = datetime.now(UTC), self.devices[device][1]
        assignment = Assignment(device=device, window=ticket.window, number=41, since="2026-11-22")
        body = Body(names=Names(number="07", name="不动产登记", hall="市政务服务中心"))
        jws = sign_settings(device, 3, body, assignment=assignment, at=now, key=self.signing)
        enrolment = Enrolment(
            device=device,
            ticket=ticket.id,
            issued_at=wall_text(now),
            broker=BrokerAddress(
                host=HOST, port=self.broker_port, probe_port=self.probe_port, server_name="localhost"
            ),
            url=self.url,
            assignment=sign_assignment(assignment, self.signing),
            settings=jws.decode("ascii") if self.settings else None,
        )
        return sign_enrolment(enrolment, self.signing)

    # ---- its routes ----

    def serve(self, handler: BaseHTTPRequestHandler, path: str, body: bytes) -> None:
        """Answer one request."""
        self.asked.append(path)
        if path in self.silent:
            self.asking.set()
            self._over.wait(PATIENCE_S)
            return
        try:
            if path in self.no:
                raise self.no[path]
            status, content = 200, self._routes()[path](handler, body)
            if content is None:
                status, content = 202, b'{"awaits": "approval"}'
        except No as no:
            status = no.status
            content = json.dumps({"error": no.code, "message": "no", "facts": no.facts}).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    def wrapped(self, connection: Any) -> ssl.SSLSocket:
        """`connection` under TLS."""
        return self._context.wrap_socket(connection, server_side=True)

    def _routes(self) -> dict[str, Callable[[BaseHTTPRequestHandler, bytes], bytes | None]]:
        return {
            "/.well-known/est/cacerts": lambda *_: _certs([self.ca.certificate]),
            "/device/v1/keys": lambda *_: self.keys.encode(),
            "/.well-known/est/simpleenroll": self._simpleenroll,
            "/.well-known/est/replace/simpleenroll": self._simpleenroll,
            "/.well-known/est/simplereenroll": self._simplereenroll,
            "/device/v1/enrolment": lambda handler, _: json.dumps(
                {"keys": self.keys, "enrolment": self.enrolment(_client(handler))}
            ).encode(),
            "/device/v1/enrolment/confirmed": self._confirm,
            "/device/v1/renewals": self._renewal,
        }

    def _simpleenroll(self, handler: BaseHTTPRequestHandler, body: bytes) -> bytes:
        user, _, password = base64.b64decode(handler.headers["Authorization"][6:]).decode().partition(":")
        if user == "code":
            if password != CODE:
                raise No(401, "code_wrong")
            password = self.ticket()
        request = x509.load_der_x509_csr(base64.b64decode(body))
        pem = self._enrol(password, request.public_bytes(Encoding.PEM))
        return _certs([x509.load_pem_x509_certificate(pem)])

    def _enrol(self, token: str, csr: bytes) -> bytes:
        ticket = open_ticket(token, open_key_set(self.keys, PublicKey.from_certificate(self.ca.pem[0])))
        request = x509.load_pem_x509_csr(csr)
        device = str(request.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)
        kid = PublicKey(request.public_key()).kid  # type: ignore[arg-type]
        for other, (key, used) in self.devices.items():
            if used.id == ticket.id and (other, key) != (device, kid):
                raise No(409, "ticket_used", device=other)
        self.devices[device] = (kid, ticket)
        return self._issue(csr)

    def _issue(self, csr: bytes) -> bytes:
        ago = timedelta(days=825 - self.days)
        return certificate_pem(self.ca.sign_device(csr, datetime.now(UTC) - ago))

    def _simplereenroll(self, handler: BaseHTTPRequestHandler, body: bytes) -> bytes:
        _client(handler)
        csr = x509.load_der_x509_csr(base64.b64decode(body)).public_bytes(Encoding.PEM)
        self.days = 825
        return _certs([x509.load_pem_x509_certificate(self._issue(csr))])

    def _confirm(self, handler: BaseHTTPRequestHandler, _: bytes) -> bytes:
        self.confirmed.append(_client(handler))
        return json.dumps({"replaced": self.replaced}).encode()

    def _renewal(self, _: BaseHTTPRequestHandler, body: bytes) -> bytes | None:
        asked = read_unproven(body.decode())
        if not self.approved:
            return None
        self.days = 825
        return json.dumps({"certificate": self._issue(asked.csr.encode()).decode()}).encode()


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE_S

        def setup(self) -> None:
            self.request = service.wrapped(self.request)
            super().setup()

        def finish(self) -> None:
            super().finish()
            self.request.close()

        def do_GET(self) -> None:
            service.serve(self, self.path, b"")

        def do_POST(self) -> None:
            service.serve(self, self.path, self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _client(handler: BaseHTTPRequestHandler) -> str:
    certificate = handler.connection.getpeercert()  # type: ignore[attr-defined]
    if not certificate:
        raise No(401, "unauthorized")
    return str(dict(part[0] for part in certificate["subject"])["commonName"])


def _certs(certificates: list[x509.Certificate]) -> bytes:
    return base64.encodebytes(pkcs7.serialize_certificates(certificates, Encoding.DER))
