"""Enrolling a box without a network: its request goes on a stick, the office's answer comes back on it."""

from __future__ import annotations

from cryptography import x509

from device.errors import ContractError
from provisioning.enrolment.box_line import Given
from provisioning.enrolment.enroller import Enroller
from provisioning.enrolment.granted import Granted
from provisioning.enrolment.meeting import Credential, check_image
from provisioning.enrolment.outcome import Outcome, State
from provisioning.enrolment.staging import Begun
from provisioning.enrolment.stick import Stick
from provisioning.enrolment.trust import Root, prove_ticket
from provisioning.kept_files import keeping
from provisioning.refused import Refused, Unreached
from sync.contract.stick import StickRequest
from sync.contract.ticket import read_unproven


class ByStick:
    """The two visits of a stick. Both raise Refused."""

    def __init__(self, enroller: Enroller, stick: Stick) -> None:
        self._enroller = enroller
        self._stick = stick

    def has_word_for(self, credential: Credential | None, *, replaces: bool) -> bool:
        """Whether the office has said something to what was begun: by `credential`, if one is given."""
        begun = self._enroller.box.staging.begun
        if begun is None or (credential is not None and begun.credential != credential.text):
            return False
        return begun.replaces is replaces and self._stick.has_word_for(begun.device)

    def leave(self, credential: Credential, *, replaces: bool) -> Outcome:
        """Put the request on the stick; meanwhile the device rates, at the window of its ticket."""
        if credential.ticket is None:
            raise Refused("enrolment.code_needs_service")
        enroller, says = self._enroller, credential.ticket.says
        check_image(enroller.image, says)
        box = enroller.box
        box.make()
        with keeping(box.folder):
            begun = box.staging.begin(credential.text, replaces=replaces)
            csr = box.staging.request(begun.device)
        enroller.progress.done("key", device=begun.device)
        request = StickRequest(
            device=begun.device, ticket=credential.text, csr=csr.decode("ascii"), replace=replaces
        )
        path = self._stick.put(request)
        enroller.progress.done("request", path=path)
        box.keep_waiting(begun.device, says.window)
        started = box.start_waiting()
        enroller.progress.tell("waiting", window=says.window, folder=self._stick.folder)
        return Outcome(
            state=State.WAITING, device=begun.device, window=says.window, hall=says.hall, started=started
        )

    def come_back(self) -> Outcome:
        """Take the office's answer to what was begun here."""
        enroller = self._enroller
        begun = enroller.box.staging.begun
        if begun is None:
            raise Refused("enrolment.no_ticket")
        granted = self._granted(begun)
        enroller.progress.done("answer", number=granted.assignment.number)
        with keeping(enroller.box.folder):
            enroller.box.staging.keep_trial(granted.certificate, granted.root.pem)
        try:
            enroller.try_connection(granted)
            connection = True
        except Unreached:
            enroller.progress.tell("untested", host=granted.enrolment.broker.host)
            connection = False
        outcome = enroller.store(granted, replaces=begun.replaces, connection=connection, confirmed=True)
        self._stick.clear(begun.device)
        return outcome

    def _granted(self, begun: Begun) -> Granted:
        answer = self._stick.answer(begun.device)
        try:
            says = read_unproven(begun.credential)
            shown = x509.load_pem_x509_certificates(answer.ca.encode())
            answered = x509.load_pem_x509_certificates(answer.certificate.encode())
        except (ContractError, ValueError):
            raise Refused("enrolment.stick_unreadable", path=self._stick.folder) from None
        root = Root.among(shown, pinned=says.ca, url=says.url)
        ticket = prove_ticket(begun.credential, root.keys(answer.keys))
        key = self._enroller.box.staging.signing_key()
        chain = root.certificate_of(begun.device, key.public, answered)
        given = Given(answer.keys.strip(), answer.enrolment.strip())
        return Granted.prove(begun.device, key=key, root=root, chain=chain, given=given, ticket=ticket)
