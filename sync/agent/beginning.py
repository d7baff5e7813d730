"""What the enrolment gives the agent to begin with: a time that has passed, and the first settings."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from device.enrolled import Enrolled, read_enrolled
from device.errors import ConfigError, ContractError
from sync.agent.identity import Identity
from sync.contract.enrolment import open_enrolment
from sync.contract.envelope import unwrap
from sync.contract.messages import Settings
from sync.contract.topics import DownName, down, parse

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FirstSettings:
    """The settings that came with the enrolment, and the message that carried them (JWS)."""

    settings: Settings
    token: bytes


@dataclass(frozen=True, slots=True)
class Beginning:
    """Nothing of it is needed to run: `floor` and `settings` None are an enrolment without them."""

    floor: datetime | None = None
    settings: FirstSettings | None = None


def read_beginning(path: Path | None, identity: Identity, *, board: str | None) -> Beginning:
    """What the enrolment at `path` gives `identity` in the box with the serial number `board`.

    Raises ConfigError when the card is in another box than the one that was enrolled: two boxes that speak
    for one identity cannot be told apart afterwards.
    """
    if path is None:
        return Beginning()
    enrolled = read_enrolled(path)
    if enrolled.is_of_another(board):
        raise ConfigError(
            [
                f"{path}: {enrolled.device} was enrolled in the box with the serial number {enrolled.board},"
                f" this is {board}: put the card back into its own box, or give this box a card and a ticket"
                " of its own (chuangping replace)"
            ]
        )
    return Beginning(enrolled.issued, _first_settings(enrolled, identity))


def _first_settings(enrolled: Enrolled, identity: Identity) -> FirstSettings | None:
    try:
        enrolment = open_enrolment(enrolled.statement, device=identity.device, keys=identity.province)
        if enrolment.settings is None:
            return None
        token = enrolment.settings.encode("ascii", "replace")
        topic = parse(down(identity.device, DownName.SETTINGS))
        message = unwrap(token, topic=topic, keys=identity.province).message
    except ContractError as error:
        # The province's keys change in time: what was signed by an old one is then of no use any more.
        log.warning("first settings not believed why=%s", error)
        return None
    return FirstSettings(message, token) if isinstance(message, Settings) else None
