"""An enrolment put together by hand: for what the command line takes from the machine it runs on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from provisioning.enrolment.box import Box
from provisioning.enrolment.box_line import BoxLine
from provisioning.enrolment.connection_trial import BrokerTrial
from provisioning.enrolment.enroller import Enroller
from provisioning.enrolment.meeting import Credential
from provisioning.enrolment.outcome import Outcome
from provisioning.enrolment.progress import Progress
from provisioning.enrolment.ticket_file import read_ticket
from provisioning.enrolment.units import SystemdUnits, Units
from provisioning.telling import Telling
from provisioning.texts import load_texts


def enroller_of(
    folder: Path,
    *,
    board: str | None = None,
    agent: int | None = None,
    ask: Callable[[str], bool] = lambda _: True,
    units: Units | None = None,
) -> Enroller:
    """For the box in `folder`, by a clock that is right."""
    return Enroller(
        box=Box(folder, data=folder / "data", board=board, units=units or SystemdUnits(folder), agent=agent),
        image=None,
        open_line=partial(BoxLine, dates_from=lambda: None),
        trial=BrokerTrial(dates_from=lambda: None, dates_at=lambda: None),
        progress=Progress(Telling(load_texts("en"), say=lambda _: None, confirm=ask)),
    )


def enrolled(enroller: Enroller, ticket: Path) -> Outcome:
    """What comes of the ticket in a file."""
    credential = Credential(ticket=read_ticket(ticket))
    return enroller.enrol(credential, enroller.meet(credential), replaces=False)
