"""A box's line to the enrolment service: its questions, asked as nobody yet or as the device it is."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography import x509

from device.errors import ContractError
from provisioning.enrolment import est
from provisioning.province_https import ACCEPTED, ProvinceHttps
from sync.https_line import Answer

_KEYS = "/device/v1/keys"
_ENROLMENT = "/device/v1/enrolment"
_CONFIRMED = "/device/v1/enrolment/confirmed"
_RENEWALS = "/device/v1/renewals"

_WAIT_S = 15.0
_MOST_BYTES = 1024 * 1024


class _Given(msgspec.Struct):
    keys: str
    enrolment: str


class _Confirmed(msgspec.Struct):
    replaced: str | None = None


class _Renewed(msgspec.Struct):
    certificate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Whom the line believes (PEM), and who is speaking (PEM files). Without `certificate` nobody is."""

    ca: bytes
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What the province gives an enrolled device, unproven: the key set and the enrolment (both JWS)."""

    keys: str
    enrolment: str


class BoxLine:
    """To the service at `url`. Its answers are proven by whoever asked.

    `dates_from`: as of sync.tls.TlsClient, asked at each connect. Every question raises what
    ProvinceHttps.ask does.
    """

    def __init__(self, url: str, *, dates_from: Callable[[], datetime | None]) -> None:
        self.url = url
        self._https = ProvinceHttps(url, group="enrolment", wait_s=_WAIT_S, most_bytes=_MOST_BYTES)
        self._dates_from = dates_from

    def cacerts(self) -> list[x509.Certificate]:
        """The province's root and chain, from whoever answers: believed by the ticket's fingerprint alone."""
        return self._certificates_in(self._ask("GET", est.CACERTS, believing=None))

    def keys(self, believing: Credentials) -> str:
        """The key set (keys.jws)."""
        return self._ask("GET", _KEYS, believing=believing).body.decode("ascii", "replace").strip()

    def enrol(
        self, csr: bytes, *, user: str, password: str, replaces: bool, believing: Credentials
    ) -> list[x509.Certificate]:
        """The certificate for the request `csr` (PEM), and what may stand between it and the root."""
        said = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        path = est.REPLACE if replaces else est.ENROLL
        headers = {"Authorization": f"Basic {said}"}
        return self._certificates(path, csr, headers, believing)

    def reenrol(self, csr: bytes, as_device: Credentials) -> list[x509.Certificate]:
        """A new certificate for the same key and name. Raises CertificateEnded too."""
        return self._certificates(est.REENROLL, csr, {}, as_device)

    def given(self, as_device: Credentials) -> Given:
        """The key set and the enrolment of the device."""
        given = self._https.read(_Given, self._ask("GET", _ENROLMENT, believing=as_device))
        return Given(given.keys.strip(), given.enrolment.strip())

    def confirm(self, as_device: Credentials) -> str | None:
        """The box is at work; the device that it has replaced, if any."""
        return self._https.read(_Confirmed, self._ask("POST", _CONFIRMED, believing=as_device)).replaced

    def ask_renewal(self, statement: str, believing: Credentials) -> list[x509.Certificate] | None:
        """The certificate with its chain once a person has approved it, None while nobody has."""
        headers = {"Content-Type": "application/jose"}
        answer = self._ask("POST", _RENEWALS, statement.encode(), headers, believing=believing)
        if answer.status == ACCEPTED:
            return None
        pem = self._https.read(_Renewed, answer).certificate.encode()
        try:
            return x509.load_pem_x509_certificates(pem)
        except ValueError as error:
            raise self._https.senseless(str(error)) from None

    def _certificates(
        self, path: str, csr: bytes, headers: Mapping[str, str], believing: Credentials
    ) -> list[x509.Certificate]:
        headers = {**headers, "Content-Type": est.REQUEST_TYPE, "Content-Transfer-Encoding": "base64"}
        return self._certificates_in(
            self._ask("POST", path, est.request_body(csr), headers, believing=believing)
        )

    def _certificates_in(self, answer: Answer) -> list[x509.Certificate]:
        try:
            return est.certificates_in(answer.body)
        except ContractError as error:
            raise self._https.senseless(str(error)) from None

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        believing: Credentials | None,
    ) -> Answer:
        if believing is None:
            return self._https.ask(method, path, ca=None, body=body, headers=headers)
        return self._https.ask(
            method,
            path,
            ca=believing.ca,
            certificate=believing.certificate,
            key=believing.key,
            dates_from=self._dates_from(),
            body=body,
            headers=headers,
        )
