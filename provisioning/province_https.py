"""What a question to the province over HTTPS comes to: its answer, or one sentence why there is none."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from device.clock import SystemClock
from device.json_text import read_json
from provisioning.refused import ByProvince, Refused, Unreached
from sync.https_line import Answer, HttpsLine
from sync.tls import TlsClient, believing_whoever_answers

T = TypeVar("T")

_HTTPS = 443
_OK, ACCEPTED, _FAILED = 200, 202, 500
_WRONG_NAME = (62, 64)  # X509_V_ERR_… as in sync.tls
_NOT_YET_VALID, _EXPIRED = 9, 10


class CertificateEnded(Refused):
    """The province's TLS does not take the certificate of whoever asks any more: ended, or revoked."""


class NotYetValid(Refused):
    """The province's certificate begins only later, by this machine's clock."""


class _Error(msgspec.Struct):
    """What the province answers when it says no."""

    error: str = "unknown"
    message: str = ""
    facts: dict[str, str | int | bool | None] = {}


class ProvinceHttps:
    """To the province at `url` (https://HOST:PORT). Sentences are of `group` in `texts/`.

    `server_name`: in the province's certificate, where it is not the host. `wait_s`: for its next word.
    """

    def __init__(
        self, url: str, *, group: str, wait_s: float, most_bytes: int, server_name: str | None = None
    ) -> None:
        split = urlsplit(url)
        self.url = url
        self._group = group
        self._most_bytes = most_bytes
        host = split.hostname or ""
        self._server_name = server_name or host
        mono_ms: Callable[[], int] = SystemClock().mono_ms
        self._line = HttpsLine(host, split.port or _HTTPS, wait_s=wait_s, mono_ms=mono_ms)

    def ask(
        self,
        method: str,
        path: str,
        *,
        ca: bytes | None,
        certificate: Path | None = None,
        key: Path | None = None,
        dates_from: datetime | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A good answer, of status 200 or ACCEPTED. `ca`, `certificate`, `key`, `dates_from`: as of
        sync.tls.TlsClient; without `ca` whoever answers is believed.

        Raises Unreached when nobody answers, ByProvince when the province says no, NotYetValid,
        CertificateEnded, and Refused when who answers is not who it should be.
        """
        try:
            tls: ssl.SSLContext = believing_whoever_answers()
            if ca is not None:
                tls = TlsClient(
                    self._server_name, ca=ca, certificate=certificate, key=key, dates_from=dates_from
                )
        except (ssl.SSLError, ValueError) as error:
            raise self.senseless(str(error)) from None
        try:
            answer = self._line.ask(
                method, path, tls=tls, most_bytes=self._most_bytes, body=body, headers=headers
            )
        except ssl.SSLCertVerificationError as error:
            raise self._distrusted(error) from None
        except ssl.SSLError as error:
            if "CERTIFICATE" in (error.reason or ""):  # an alert: it is ours that is not taken
                raise CertificateEnded(f"{self._group}.certificate_ended", url=self.url) from None
            raise self._unreached(error.reason or str(error)) from None
        except OSError as error:
            raise self._unreached(error.strerror or str(error) or type(error).__name__) from None
        if not answer.is_whole:
            raise self.senseless("its answer has no end")
        if answer.status not in {_OK, ACCEPTED}:
            raise self._no(answer)
        return answer

    def read(self, kind: type[T], answer: Answer) -> T:
        """The JSON of `answer`. Raises Refused when it is no `kind`."""
        try:
            return read_json(answer.body, msgspec.json.Decoder(kind))
        except msgspec.DecodeError as error:
            raise self.senseless(str(error)) from None

    def senseless(self, why: str) -> Refused:
        """What says that this is no province, or one of another version."""
        return Refused(f"{self._group}.senseless", url=self.url, why=why)

    def _no(self, answer: Answer) -> Refused:
        try:
            no = read_json(answer.body, msgspec.json.Decoder(_Error))
        except msgspec.DecodeError:
            no = _Error(message=f"HTTP {answer.status}")
        if answer.status >= _FAILED:
            return self._unreached(no.message or f"HTTP {answer.status}")
        return ByProvince(self._group, no.error, no.message, no.facts)

    def _unreached(self, why: str) -> Unreached:
        return Unreached(f"{self._group}.unreached", url=self.url, why=why)

    def _distrusted(self, error: ssl.SSLCertVerificationError) -> Refused:
        if error.verify_code in _WRONG_NAME:
            return Refused(f"{self._group}.server_name", url=self.url)
        if error.verify_code == _NOT_YET_VALID:
            return NotYetValid(f"{self._group}.server_dates", url=self.url)
        if error.verify_code == _EXPIRED:
            return Refused(f"{self._group}.server_dates", url=self.url)
        return Refused(f"{self._group}.server_ca", url=self.url)
