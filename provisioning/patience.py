"""A technician's patience: until the window is free for a test."""

from __future__ import annotations

import time
from typing import Any, Protocol

from device.technician import BUSY, NO_PANEL, TechnicianVerb
from provisioning.control_line import ControlLine
from provisioning.refused import Refused

_MOST_S = 120.0
_AGAIN_S = 0.5


class Tell(Protocol):
    """Whoever tells the technician the sentence `name` of the texts, with its facts."""

    def __call__(self, name: str, /, **facts: object) -> None: ...


def begun(line: ControlLine, verb: TechnicianVerb, *, tell: Tell) -> dict[str, Any]:
    """The answer of the device, which has begun what `verb` asks. Waits while somebody is being served.

    Raises Refused with why it cannot begin, or that it did not within two minutes; NoDevice.
    """
    until_s = time.monotonic() + _MOST_S
    waiting = False
    while (answer := line.ask(verb))["refused"] is not None:
        if answer["refused"] != BUSY:
            raise _refused(answer)
        if time.monotonic() > until_s:
            raise Refused("trial.busy_long", seconds=f"{_MOST_S:g}")
        if not waiting:
            tell("trial.busy")
            waiting = True
        time.sleep(_AGAIN_S)
    return answer


def _refused(answer: dict[str, Any]) -> Refused:
    if answer["refused"] == NO_PANEL:
        return Refused("trial.no_panel")
    if answer["fault"] is not None:
        return Refused("trial.faulty", fault=answer["fault"])
    return Refused("trial.other", why=answer["refused"])
