"""The test rating as a technician follows it: pressed, saved, held by the province."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from device.clock import CHINA
from device.technician import TechnicianVerb
from provisioning.control_line import ControlLine
from provisioning.patience import Tell, begun
from provisioning.refused import Refused

_LOOK_S = 0.2
_VISIT_MOST_S = 600.0
RECEIPT_MOST_S = 60.0


class NoReceipt(Refused):
    """The rating is saved on the device, and the province has not said that it holds it."""

    exit_code = 69


def try_rating(line: ControlLine, *, tell: Tell, receipt_most_s: float = RECEIPT_MOST_S) -> dict[str, Any]:
    """The result: `log_id`, `seq` of the newest row, `receipt` (null where no province is configured).

    The level is nowhere in it. Raises Refused when nothing was saved, NoReceipt when no receipt came;
    NoDevice.
    """
    id_ = begun(line, TechnicianVerb.TEST_RATING, tell=tell)["test_rating"]["id"]
    tell("trial.rating_begin")
    answer = _visited(line, id_, tell)
    trial = answer["test_rating"]
    if trial["seq"] is None:
        if answer["fault"]:
            raise Refused("trial.rating_none_fault", fault=answer["fault"])
        raise Refused("trial.rating_none")
    if not answer["province"]:
        tell("trial.rating_no_province")
        return {"log_id": trial["log_id"], "seq": trial["seq"], "receipt": None}
    tell("trial.rating_waits")
    receipt = _receipted(line, trial, receipt_most_s)
    tell("trial.rating_held", through=receipt["through"], time=_read_out(receipt["time"]))
    return {"log_id": trial["log_id"], "seq": trial["seq"], "receipt": receipt}


def _visited(line: ControlLine, id_: str, tell: Tell) -> dict[str, Any]:
    """The answer when the visit is over."""
    until_s = time.monotonic() + _VISIT_MOST_S
    seq: int | None = None
    while True:
        answer = line.ask(TechnicianVerb.SHOW)
        trial = answer["test_rating"]
        if trial is None or trial["id"] != id_:
            raise Refused("trial.cut_short")
        if trial["seq"] is not None and trial["seq"] != seq:
            seq = trial["seq"]
            tell("trial.rating_saved", seq=seq)
        if trial["over"]:
            return answer
        if time.monotonic() > until_s:
            raise Refused("trial.stuck")
        time.sleep(_LOOK_S)


def _receipted(line: ControlLine, trial: dict[str, Any], most_s: float) -> dict[str, Any]:
    """The province's receipt for the rows of the visit."""
    until_s = time.monotonic() + most_s
    while True:
        receipt: dict[str, Any] | None = line.ask(TechnicianVerb.SHOW)["receipt"]
        if receipt and receipt["log_id"] == trial["log_id"] and receipt["through"] >= trial["seq"]:
            return receipt
        if time.monotonic() > until_s:
            raise NoReceipt("trial.rating_no_receipt", seq=trial["seq"], seconds=f"{most_s:g}")
        time.sleep(_LOOK_S)


def _read_out(time_: str) -> str:
    """A time of the wire as people at a window tell it."""
    return f"{datetime.fromisoformat(time_).astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
