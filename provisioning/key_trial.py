"""The key test as a technician follows it: from the first key to the fifth, or to those that are missing."""

from __future__ import annotations

import time
from typing import Any

from device.key_test import TEST_MS, KeyTestEnd
from device.technician import TechnicianVerb
from provisioning.control_line import ControlLine
from provisioning.patience import Tell, begun
from provisioning.refused import Refused

_LOOK_S = 0.2
_SLACK_S = 30.0


def try_keys(line: ControlLine, *, tell: Tell) -> dict[str, Any]:
    """The result, once every key is proven: `proven`, `proven_on`. `tell` hears how it goes.

    Raises Refused naming the keys that are missing, NoDevice. Interrupted, it gives the keys back.
    """
    answer = begun(line, TechnicianVerb.KEY_TEST, tell=tell)
    test = answer["key_test"]
    id_ = test["id"]
    tell("trial.keys_begin")
    tell("trial.keys_look")
    told: set[tuple[int, str]] = set()
    until_s = time.monotonic() + TEST_MS / 1000 + _SLACK_S
    try:
        while True:
            told = _tell_keys(test, told, tell)
            if test["end"] is not None:
                break
            if time.monotonic() > until_s:
                raise Refused("trial.stuck")
            time.sleep(_LOOK_S)
            answer = line.ask(TechnicianVerb.SHOW)
            test = answer["key_test"]
            if test is None or test["id"] != id_:
                raise Refused("trial.cut_short")
    except KeyboardInterrupt:
        line.ask(TechnicianVerb.STOP_KEY_TEST)
        raise
    if test["end"] == KeyTestEnd.FAULT:
        raise Refused("trial.keys_fault", fault=answer["fault"])
    if test["missing"]:
        raise Refused("trial.keys_missing", keys=", ".join(map(str, test["missing"])))
    return {"proven": test["proven"], "proven_on": answer["keys"]["proven_on"]}


def _tell_keys(test: dict[str, Any], told: set[tuple[int, str]], tell: Tell) -> set[tuple[int, str]]:
    now = {(key, "down") for key in test["down"]} | {(key, "proven") for key in test["proven"]}
    for key, how in sorted(now - told):
        tell(f"trial.key_{how}", key=key, count=len(test["proven"]))
    return told | now
