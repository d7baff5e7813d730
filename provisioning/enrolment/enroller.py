"""Enrolling a box over the network: from the ticket to an identity that the province knows to be at work."""

from __future__ import annotations

from dataclasses import replace

from device.enrolled import Enrolled
from device.errors import ContractError
from provisioning.enrolment import est
from provisioning.enrolment.box import Box, Standing
from provisioning.enrolment.box_line import Credentials
from provisioning.enrolment.connection_trial import Trial
from provisioning.enrolment.finish import Finish
from provisioning.enrolment.granted import Granted
from provisioning.enrolment.meeting import Credential, Met, OpenLine, meet
from provisioning.enrolment.outcome import Outcome, State
from provisioning.enrolment.progress import Progress
from provisioning.enrolment.settings import EnrolmentConfig
from provisioning.enrolment.trust import Root
from provisioning.kept_files import keeping
from provisioning.refused import Refused, Unreached
from sync.contract.assignment import open_assignment
from sync.contract.enrolment import Enrolment, open_enrolment
from sync.contract.statement import read_unproven
from sync.contract.ticket import Ticket


class Enroller:
    """Up to the one switch nothing changes that was there before; killed anywhere, it is run again.

    `image`: what the image says of its province. Every method raises Refused, the kinds of
    provisioning.refused among them.
    """

    def __init__(
        self,
        *,
        box: Box,
        image: EnrolmentConfig | None,
        open_line: OpenLine,
        trial: Trial,
        progress: Progress,
    ) -> None:
        self.box = box
        self.image = image
        self.progress = progress
        self._open_line = open_line
        self._trial = trial
        self._finish = Finish(box=box, open_line=open_line, progress=progress)

    def already(self, says: Ticket | None, *, dry_run: bool) -> Outcome | None:
        """What an enrolled box needs; None for one that is not.

        `says`: the ticket that was brought, if one was. Raises Refused where it is for another window.
        """
        standing = self.box.standing()
        if standing is None:
            return None
        enrolled = standing.enrolled
        if says is not None and says.id != enrolled.ticket:
            window = self._window_now(enrolled)
            if (says.hall, says.window) != (enrolled.hall or says.hall, window):
                raise Refused(
                    "enrolment.enrolled_elsewhere", device=enrolled.device, window=window, asked=says.window
                )
        return self._completed(standing, dry_run=dry_run)

    def _window_now(self, enrolled: Enrolled) -> str:
        """Where the province has this box today; without it, where it was enrolled.

        Raises ByProvince for a device that was revoked, CertificateEnded for one that must be renewed.
        """
        as_device = self.box.credentials()
        root = Root.of_image(as_device.ca, self.box.folder)
        try:
            given = self._open_line(read_unproven(enrolled.statement, Enrolment).url).given(as_device)
        except Unreached:
            return enrolled.window
        keys = root.keys(given.keys)
        try:
            enrolment = open_enrolment(given.enrolment, device=enrolled.device, keys=keys)
            return open_assignment(enrolment.assignment, device=enrolled.device, keys=keys).window
        except ContractError:
            raise Refused("enrolment.enrolment_not_proven") from None

    def meet(self, credential: Credential) -> Met:
        """Meet the province. Raises Unreached too."""
        if credential.ticket is not None:
            says = credential.ticket.says
            self.progress.done("ticket", window=says.window, hall=says.hall)
        met = meet(credential, image=self.image, open_line=self._open_line)
        self.progress.done("province", url=met.line.url)
        return met

    def enrol(self, credential: Credential, met: Met, *, replaces: bool) -> Outcome:
        """Everything from the key to the start of the processes."""
        box = self.box
        box.make()
        with keeping(box.folder):
            begun = box.staging.begin(credential.text, replaces=replaces)
            request = box.staging.request(begun.device)
        self.progress.done("key", device=begun.device)
        answered = met.line.enrol(
            request,
            user=credential.user,
            password=credential.password,
            replaces=replaces,
            believing=met.believing,
        )
        key = box.staging.signing_key()
        chain = met.root.certificate_of(begun.device, key.public, answered)
        with keeping(box.folder):
            box.staging.keep_trial(est.pem_of(chain), met.root.pem)
        self.progress.done("certificate")
        as_device = Credentials(ca=met.root.pem, certificate=box.staging.certificate, key=box.staging.key)
        given = met.line.given(as_device)
        granted = Granted.prove(
            begun.device, key=key, root=met.root, chain=chain, given=given, ticket=met.ticket
        )
        self.progress.done("enrolment", number=granted.assignment.number)
        self.try_connection(granted)
        return self.store(granted, replaces=replaces, connection=True)

    def try_connection(self, granted: Granted) -> None:
        """That the broker takes the certificate in the staging folder. Raises Unreached."""
        staging, broker = self.box.staging, granted.enrolment.broker
        self._trial(
            broker,
            device=granted.enrolment.device,
            ca=staging.ca,
            certificate=staging.certificate,
            key=staging.key,
        )
        self.progress.done("connection", host=broker.host)

    def store(
        self, granted: Granted, *, replaces: bool, connection: bool, confirmed: bool = False
    ) -> Outcome:
        """Tell what will change, ask, store, and finish. `confirmed`: the office has done it already."""
        window, hall = granted.assignment.window, None if granted.ticket is None else granted.ticket.hall
        device = granted.enrolment.device
        self.progress.tell(
            "change_replace" if replaces else "change",
            device=device,
            window=granted.window_called,
            hall=granted.hall_called,
            folder=self.box.folder,
        )
        outcome = Outcome(
            state=State.ENROLLED,
            device=device,
            window=window,
            hall=hall,
            assignment=granted.assignment.number,
            connection=connection,
            confirmed=confirmed,
        )
        self.progress.ask()
        self.box.keep(granted, confirmed=confirmed)
        self.progress.done("stored")
        return self._finish(outcome, granted.enrolment.url)

    def _completed(self, standing: Standing, *, dry_run: bool) -> Outcome:
        """Do what an interrupted run has left undone, if it did."""
        enrolled = standing.enrolled
        outcome = Outcome(
            state=State.NOTHING,
            device=enrolled.device,
            window=enrolled.window,
            hall=enrolled.hall,
            confirmed=standing.confirmed,
        )
        if not dry_run:
            self.box.complete()
            self.box.clear_staging()
            if not standing.confirmed:
                url = read_unproven(enrolled.statement, Enrolment).url
                return self._finish(replace(outcome, state=State.ENROLLED), url)
        self.progress.tell("nothing", device=enrolled.device, window=enrolled.window)
        return outcome
