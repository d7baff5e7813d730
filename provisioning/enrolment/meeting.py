"""The first meeting of a box with its province: whom it believes from then on, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from provisioning.enrolment.box_line import BoxLine, Credentials
from provisioning.enrolment.settings import EnrolmentConfig
from provisioning.enrolment.ticket_file import HeldTicket
from provisioning.enrolment.trust import Root, prove_ticket
from provisioning.refused import Refused
from sync.contract.keys import KeySet
from sync.contract.ticket import Ticket, fingerprint

OpenLine = Callable[[str], BoxLine]
"""The line to the service at an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What the box is enrolled by: a ticket, or a short code at the service that the image names."""

    ticket: HeldTicket | None = None
    code: str | None = None

    @property
    def text(self) -> str:
        """As it is remembered while the enrolment is under way."""
        return self.ticket.token if self.ticket is not None else f"code:{self.code}"

    @property
    def user(self) -> str:
        """The user of HTTP Basic."""
        return self.ticket.says.id if self.ticket is not None else "code"

    @property
    def password(self) -> str:
        """The password of HTTP Basic."""
        return self.ticket.token if self.ticket is not None else str(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """The province, proven; and the ticket, as it signed it. None: a short code."""

    line: BoxLine
    root: Root
    keys: KeySet
    ticket: Ticket | None

    @property
    def believing(self) -> Credentials:
        """For the line, while the box is nobody yet."""
        return Credentials(ca=self.root.pem)


def meet(credential: Credential, *, image: EnrolmentConfig | None, open_line: OpenLine) -> Met:
    """Meet the province that the ticket or the image names. Raises Refused, Unreached."""
    if credential.ticket is None:
        if image is None:
            raise Refused("enrolment.code_needs_image")
        line = open_line(image.service.url)
        root = _image_root(image)
    else:
        says = credential.ticket.says
        check_image(image, says)
        line = open_line(says.url)
        root = Root.among(line.cacerts(), pinned=says.ca, url=says.url)
    keys = root.keys(line.keys(Credentials(ca=root.pem)))
    ticket = None if credential.ticket is None else prove_ticket(credential.ticket.token, keys)
    return Met(line=line, root=root, keys=keys, ticket=ticket)


def check_image(image: EnrolmentConfig | None, says: Ticket) -> None:
    """That the ticket was made under the root that the image carries, if it does. Raises Refused."""
    if image is not None and fingerprint(_image_root(image).certificate) != says.ca:
        raise Refused("enrolment.ca_changed", path=image.service.ca)


def _image_root(image: EnrolmentConfig) -> Root:
    try:
        return Root.of_image(image.service.ca.read_bytes(), image.service.ca)
    except OSError:
        raise Refused("enrolment.image_ca", path=image.service.ca) from None
