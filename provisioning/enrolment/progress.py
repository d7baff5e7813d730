"""What the technician sees of an enrolment: one line a step, in their language, and the one question."""

from __future__ import annotations

from provisioning.telling import Telling


class Progress:
    """Says the sentences of `enrolment` by `telling`."""

    def __init__(self, telling: Telling) -> None:
        self._telling = telling

    def done(self, name: str, /, **facts: object) -> None:
        """A step is done: `enrolment.step_NAME`."""
        self._telling.step(f"enrolment.step_{name}", **facts)

    def tell(self, name: str, /, **facts: object) -> None:
        """A sentence that is no step: `enrolment.NAME`."""
        self._telling.say(f"enrolment.{name}", **facts)

    def ask(self) -> None:
        """Whether to go on with what was just told; goes on for a yes. Raises Refused."""
        self._telling.ask("enrolment.go_on")
