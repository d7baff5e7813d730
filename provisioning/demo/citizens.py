"""Citizens of the demo: invited over the counter link, they press keys on the panel."""

from __future__ import annotations

import logging
import random
import secrets
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from device.clock import CHINA
from provisioning.demo.counter_client import CounterClient

log = logging.getLogger(__name__)

_MATTERS = ("居民身份证换领", "企业开办", "不动产转移登记", "社保关系转移", "护照签发")
_LEVELS = (5, 5, 5, 5, 4, 4, 3, 2, 1)  # which keys they press, one as likely as another


class Citizens(threading.Thread):
    """`number` visits, one after the other; then the thread ends.

    `panel` is the outer end of the panel's line. `visit_s`: how long a visit goes on after its press.
    """

    def __init__(
        self,
        number: int,
        *,
        counter: CounterClient,
        panel: Path,
        visit_s: float,
        key_sentence: Callable[[int, int], bytes],
    ) -> None:
        super().__init__(name="citizens", daemon=True)
        self._number = number
        self._counter = counter
        self._panel = panel
        self._visit_s = visit_s
        self._key_sentence = key_sentence
        self._counts = dict.fromkeys(range(1, 6), 0)
        self._stopped = threading.Event()
        self.visits = 0

    def stop(self) -> None:
        """After the visit that is on."""
        self._stopped.set()

    def run(self) -> None:
        while self.visits < self._number and not self._stopped.is_set():
            try:
                self._visit()
            except OSError as error:  # the device is being started again: the citizen comes back
                log.info("citizens wait: %s", error)
                self._stopped.wait(0.5)
        log.info("citizens: %d of %d visits", self.visits, self._number)

    def _visit(self) -> None:
        number = f"510100-{datetime.now(CHINA):%Y%m%d}-{secrets.randbelow(10**6):06d}"
        handling = {"project_no": number, "service_no": 1, "task_name": random.choice(_MATTERS), "status": 3}
        invitation = self._counter.invite(handling)
        if invitation is None:  # busy, or the number was used before
            self._stopped.wait(0.2)
            return
        key = random.choice(_LEVELS)
        until_s = time.monotonic() + 15
        while not self._stopped.is_set() and time.monotonic() < until_s:
            # Presses before the first frame do not count, as in a hall: whoever is early presses again.
            self._stopped.wait(0.25)
            self._press(key)
            self._stopped.wait(0.1)
            if self._counter.state(invitation) != "waiting":
                break
        self.visits += 1
        self._stopped.wait(self._visit_s)

    def _press(self, key: int) -> None:
        self._counts[key] += 1
        with self._panel.open("wb", buffering=0) as line:
            line.write(self._key_sentence(key, self._counts[key]))
