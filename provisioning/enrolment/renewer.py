"""Renewing the certificate of an enrolled box: fetched beside, proven on the broker, then switched."""

from __future__ import annotations

import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cryptography import x509

from device.clock import Clock, wall_text
from device.enrolled import Enrolled
from device.errors import ContractError
from provisioning.device_identity import certificate_request
from provisioning.enrolment import est
from provisioning.enrolment.box_line import BoxLine, Credentials
from provisioning.enrolment.connection_trial import Trial
from provisioning.enrolment.identity_folder import (
    CA,
    CERTIFICATE,
    KEY,
    KEYS,
    RECORD,
    UNCONFIRMED,
    IdentityFolder,
    KeptFile,
)
from provisioning.enrolment.meeting import OpenLine
from provisioning.enrolment.progress import Progress
from provisioning.enrolment.trust import Root
from provisioning.kept_files import PUBLIC, keeping, make_folder, write_whole
from provisioning.province_https import CertificateEnded
from provisioning.refused import Refused, Unfit, Unreached
from sync.contract.enrolment import Enrolment, open_enrolment
from sync.contract.keys import SigningKey
from sync.contract.renewal import Renewal, sign_renewal

_DUE = 1 / 3  # of its whole life is left


class Renewed(StrEnum):
    """What came of it."""

    NOT_DUE = "not due"
    PLANNED = "planned"
    RENEWED = "renewed"
    AWAITS = "awaits"  # a person's approval
    NO_CLOCK = "no clock"


@dataclass(frozen=True, slots=True)
class Life:
    """From when to when a certificate is good."""

    begins: datetime
    ends: datetime

    @classmethod
    def of(cls, certificate: x509.Certificate) -> Life:
        """The life of `certificate`."""
        return cls(certificate.not_valid_before_utc, certificate.not_valid_after_utc)

    def is_due(self, now: datetime) -> bool:
        """Whether less than a third of it is left."""
        return self.ends - now < (self.ends - self.begins) * _DUE


class Renewer:
    """For the identity in `folder`, whose key and name stay what they are. Raises Refused and its kinds."""

    def __init__(
        self,
        folder: Path,
        *,
        open_line: OpenLine,
        trial: Trial,
        clock: Clock,
        not_before: datetime,
        progress: Progress,
    ) -> None:
        """`not_before`: it is this time or later, which is all that is known where the clock is not."""
        self._identity = IdentityFolder(folder)
        self._beside = folder / "renewal.new"
        self._folder = folder
        self._open_line = open_line
        self._trial = trial
        self._clock = clock
        self._not_before = not_before
        self._progress = progress

    def run(self, *, at_once: bool, dry_run: bool) -> Renewed:
        """Renew when it is due, or `at_once`. An ended certificate is asked for, and a person approves."""
        enrolled = self._identity.enrolled()
        if enrolled is None:
            raise Unfit("enrolment.renew_not_enrolled", path=self._folder)
        if not dry_run:
            self._confirm_late(enrolled)
        link = self._identity.link
        life = Life.of(x509.load_pem_x509_certificate((link / CERTIFICATE).read_bytes()))
        now = self._clock.now()
        known = now.quality == "trusted"
        at = now.wall if known else max(self._not_before, enrolled.issued)
        until = f"{life.ends:%Y-%m-%d}"
        if not at_once and not life.is_due(at):
            self._progress.tell("renew_not_due" if known else "renew_no_clock", until=until)
            return Renewed.NOT_DUE if known else Renewed.NO_CLOCK
        if dry_run:
            self._progress.tell("renew_plan", device=enrolled.device, until=until)
            return Renewed.PLANNED
        root = Root.of_image((link / CA).read_bytes(), link / CA)
        enrolment = self._enrolment(enrolled, root)
        line = self._open_line(enrolment.url)
        request = certificate_request(link / KEY, enrolled.device)
        answered = self._answered(line, request, enrolled, root, ended=at > life.ends)
        if answered is None:
            self._progress.tell("renew_awaits", until=until)
            return Renewed.AWAITS
        key = SigningKey.load(link / KEY)
        chain = root.certificate_of(enrolled.device, key.public, answered)
        self._prove(chain, enrolment, enrolled)
        self._swap(chain)
        self._progress.done("renewed", until=f"{Life.of(chain[0]).ends:%Y-%m-%d}")
        return Renewed.RENEWED

    def _confirm_late(self, enrolled: Enrolled) -> None:
        """The province is told of an enrolment that had no network then."""
        link = self._identity.link
        if self._identity.is_confirmed:
            return
        root = Root.of_image((link / CA).read_bytes(), link / CA)
        as_device = Credentials(ca=root.pem, certificate=link / CERTIFICATE, key=link / KEY)
        with suppress(Unreached, CertificateEnded):
            self._open_line(self._enrolment(enrolled, root).url).confirm(as_device)
            with keeping(self._folder):
                self._identity.note_confirmed()
            self._progress.done("confirmed")

    def _enrolment(self, enrolled: Enrolled, root: Root) -> Enrolment:
        keys = root.keys((self._identity.link / KEYS).read_text("ascii"))
        try:
            return open_enrolment(enrolled.statement, device=enrolled.device, keys=keys)
        except ContractError:
            raise Refused("enrolment.enrolment_not_proven") from None

    def _answered(
        self, line: BoxLine, request: bytes, enrolled: Enrolled, root: Root, *, ended: bool
    ) -> list[x509.Certificate] | None:
        """What the province answers: None while it waits for a person."""
        link = self._identity.link
        if not ended:
            as_device = Credentials(ca=root.pem, certificate=link / CERTIFICATE, key=link / KEY)
            try:
                return line.reenrol(request, as_device)
            except CertificateEnded:  # by the province's clock
                pass
        asked = Renewal(
            device=enrolled.device, csr=request.decode("ascii"), at=wall_text(self._clock.now().wall)
        )
        statement = sign_renewal(asked, SigningKey.load(link / KEY))
        return line.ask_renewal(statement, Credentials(ca=root.pem))

    def _prove(self, chain: list[x509.Certificate], enrolment: Enrolment, enrolled: Enrolled) -> None:
        """That the broker takes the new certificate; the agent goes on with the old one meanwhile."""
        link = self._identity.link
        with keeping(self._folder):
            if not self._beside.exists():
                make_folder(self._beside, 0o700)
            write_whole(self._beside / CERTIFICATE, est.pem_of(chain), PUBLIC)
        self._trial(
            enrolment.broker,
            device=enrolled.device,
            ca=link / CA,
            certificate=self._beside / CERTIFICATE,
            key=link / KEY,
        )

    def _swap(self, chain: list[x509.Certificate]) -> None:
        """The agent reads the files anew at each connect: it need not be told."""
        link = self._identity.link
        with keeping(self._folder):
            key = (link / KEY).stat()
            files = {
                KEY: KeptFile((link / KEY).read_bytes(), stat.S_IMODE(key.st_mode), key.st_uid),
                CERTIFICATE: KeptFile(est.pem_of(chain)),
                **{name: KeptFile((link / name).read_bytes()) for name in (CA, KEYS, RECORD)},
            }
            if not self._identity.is_confirmed:
                files[UNCONFIRMED] = KeptFile(b"")
            self._identity.switch(self._identity.store(files))
            self._identity.tidy()
            (self._beside / CERTIFICATE).unlink()
            self._beside.rmdir()
