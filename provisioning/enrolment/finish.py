"""The end of an enrolment: the province is told, the processes start."""

from __future__ import annotations

from dataclasses import replace

from provisioning.enrolment.box import Box
from provisioning.enrolment.meeting import OpenLine
from provisioning.enrolment.outcome import Outcome
from provisioning.enrolment.progress import Progress
from provisioning.province_https import CertificateEnded
from provisioning.refused import Unreached


class Finish:
    """What follows once an identity is in force; done again, it changes nothing."""

    def __init__(self, *, box: Box, open_line: OpenLine, progress: Progress) -> None:
        self._box = box
        self._open_line = open_line
        self._progress = progress

    def __call__(self, outcome: Outcome, url: str) -> Outcome:
        """`outcome`, with what came of it. A province that does not answer is told another time."""
        self._box.clear_staging()
        outcome = self._confirmed(outcome, url)
        started = self._box.start()
        if started:
            self._progress.done("started")
        else:
            self._progress.tell("start_yourself", folder=self._box.folder)
        return replace(outcome, started=started)

    def _confirmed(self, outcome: Outcome, url: str) -> Outcome:
        try:
            replaced = self._open_line(url).confirm(self._box.credentials())
        except (Unreached, CertificateEnded):
            if outcome.confirmed:
                self._progress.done("confirmed_by_office")
            else:
                self._progress.tell("unconfirmed", url=url)
            return outcome
        self._box.note_confirmed()
        if replaced is None:
            self._progress.done("confirmed")
        else:
            self._progress.done("replaced", replaced=replaced)
        return replace(outcome, confirmed=True, replaced=replaced)
