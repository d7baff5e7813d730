"""What the province has granted a box: everything proven, nothing stored yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import msgspec
from cryptography import x509

from device.enrolled import Enrolled
from device.errors import ContractError
from device.province_settings import Assignment, Names
from provisioning.enrolment import est
from provisioning.enrolment.box_configs import Post, Way
from provisioning.enrolment.box_line import Given
from provisioning.enrolment.identity_folder import CA, CERTIFICATE, KEY, KEYS, RECORD, UNCONFIRMED, KeptFile
from provisioning.enrolment.trust import Root
from provisioning.kept_files import SECRET, SHARED_SECRET
from provisioning.refused import Refused
from sync.contract.assignment import open_assignment
from sync.contract.enrolment import Enrolment, open_enrolment
from sync.contract.envelope import unwrap
from sync.contract.keys import KeySet, SigningKey
from sync.contract.messages import Settings
from sync.contract.ticket import Ticket
from sync.contract.topics import DownName, down, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """`certificate`: with its chain, PEM. `ticket` None: it was enrolled by a short code.

    `names`: what is written at the window, where the province has said it.
    """

    key: SigningKey
    certificate: bytes
    root: Root
    given: Given
    enrolment: Enrolment
    assignment: Assignment
    ticket: Ticket | None
    names: Names

    @classmethod
    def prove(
        cls,
        device: str,
        *,
        key: SigningKey,
        root: Root,
        chain: Sequence[x509.Certificate],
        given: Given,
        ticket: Ticket | None,
    ) -> Self:
        """What was `given` to `device`, proven under `root`; the `chain` was before. Raises Refused."""
        keys = root.keys(given.keys)
        try:
            enrolment = open_enrolment(given.enrolment, device=device, keys=keys)
            assignment = open_assignment(enrolment.assignment, device=device, keys=keys)
        except ContractError:
            raise Refused("enrolment.enrolment_not_proven") from None
        if ticket is not None and (enrolment.ticket, assignment.window) != (ticket.id, ticket.window):
            raise Refused("enrolment.other_window", asked=ticket.window, window=assignment.window)
        return cls(
            key=key,
            certificate=est.pem_of(chain),
            root=root,
            given=given,
            enrolment=enrolment,
            assignment=assignment,
            ticket=ticket,
            names=_names(enrolment, keys),
        )

    @property
    def hall_called(self) -> str:
        """The hall as people in it call it; else its code, `-` where that is not known either."""
        return self.names.hall or ("-" if self.ticket is None else self.ticket.hall)

    @property
    def window_called(self) -> str:
        """The window's code, and its name."""
        return " ".join(filter(None, (self.assignment.window, self.names.name)))

    def enrolled(self, board: str | None) -> Enrolled:
        """As it is remembered in the box with the serial number `board`."""
        return Enrolled(
            device=self.enrolment.device,
            ticket=self.enrolment.ticket,
            window=self.assignment.window,
            hall=None if self.ticket is None else self.ticket.hall,
            issued_at=self.enrolment.issued_at,
            statement=self.given.enrolment,
            board=board,
        )

    def files(self, board: str | None, *, agent: int | None, confirmed: bool) -> dict[str, KeptFile]:
        """The files of the identity. The key is the `agent`'s alone (uid); its group's where that is None.

        `confirmed`: the province has no need to be told that the box is at work.
        """
        record = msgspec.json.format(msgspec.json.encode(self.enrolled(board))) + b"\n"
        files = {
            KEY: KeptFile(self.key.pem(), SHARED_SECRET if agent is None else SECRET, agent),
            CERTIFICATE: KeptFile(self.certificate),
            CA: KeptFile(self.root.pem),
            KEYS: KeptFile(self.given.keys.encode() + b"\n"),
            RECORD: KeptFile(record),
        }
        return files if confirmed else {**files, UNCONFIRMED: KeptFile(b"")}

    @property
    def post(self) -> Post:
        """Who the box is, and where it stands."""
        return Post(
            device=self.enrolment.device, window=self.assignment.window, assignment=self.assignment.number
        )

    @property
    def way(self) -> Way:
        """How it reaches the province."""
        return Way(broker=self.enrolment.broker, url=self.enrolment.url)


def _names(enrolment: Enrolment, keys: KeySet) -> Names:
    """For the technician's eyes; empty where none are told, or not believed: the agent will say so."""
    if enrolment.settings is None:
        return Names()
    topic = parse(down(enrolment.device, DownName.SETTINGS))
    try:
        message = unwrap(enrolment.settings.encode("ascii", "replace"), topic=topic, keys=keys).message
    except ContractError:
        return Names()
    return (message.names if isinstance(message, Settings) else None) or Names()
