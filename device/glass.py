"""What is on the glass: made of the window's state, numbered, handed on only when it looks otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from device.clock import Clock
from device.events import PhotoRead
from device.gallery import Gallery, Photos
from device.in_force import InForce
from device.key_test import KeyTest
from device.press_filter import Choice
from device.snapshot import Snapshot
from device.view import Condition, snapshot_of
from device.visit.state import Asking, Phase, Phone, State, invitation_of
from device.voice.face import VoiceFace


class SnapshotSink(Protocol):
    """Where snapshots go: a display."""

    def show(self, snapshot: Snapshot) -> None:
        """Never waits."""
        ...


class Glass:
    """Belongs to the device loop's thread. What it is given is seen with the next `show`."""

    def __init__(
        self, *, clock: Clock, display: SnapshotSink, photos: Photos | None, in_force: InForce
    ) -> None:
        self._clock = clock
        self._display = display
        self._gallery = Gallery(photos)
        self._in_force = in_force
        self._announcement: tuple[str, int] | None = None  # a notice of the province's, until when
        self._tentative: Choice | None = None
        self._face = VoiceFace()
        self._shown: Snapshot | None = None
        self._phase_shown: tuple[type[Phase] | type[KeyTest], str] | None = None
        self._first_number = 0
        self._addressed = ("", "")  # the visit whose code was shown last, and what it said

    @property
    def shown(self) -> Snapshot | None:
        """The newest snapshot; None before the first."""
        return self._shown

    @property
    def number(self) -> int:
        """The number of the newest snapshot; 0 before the first."""
        return self._shown.number if self._shown else 0

    @property
    def first_number(self) -> int:
        """The number of the first snapshot of this phase."""
        return self._first_number

    def due_ms(self, *, can_record: bool) -> int | None:
        """When time alone changes what is shown of the same state, or None."""
        times: list[int | None] = []
        if self._announcement is not None and can_record:
            times.append(self._announcement[1])
        if self._shown is not None and self._shown.countdown is not None and not self._shown.warning_time:
            times.append(self._shown.countdown.warns_ms)
        return min((at_ms for at_ms in times if at_ms is not None), default=None)

    def hang(self, in_force: InForce) -> None:
        """From now on these names, clerks and pictures."""
        self._in_force = in_force
        self._gallery.hang(in_force.photos)

    def take(self, read: PhotoRead) -> None:
        """A picture that was wanted is there."""
        self._gallery.take(read)

    def announce(self, text: str, *, until_ms: int) -> None:
        """A notice for idle screens until monotonic `until_ms`, in place of any before it."""
        self._announcement = (text, until_ms)

    def expire(self, now_ms: int) -> None:
        """Take down what has been up for long enough."""
        if self._announcement is not None and now_ms >= self._announcement[1]:
            self._announcement = None

    def feel(self, tentative: Choice | None) -> bool:
        """What is being pressed, None: nothing. Returns whether that is new."""
        is_new = tentative != self._tentative
        self._tentative = tentative
        return is_new

    def wear(self, face: VoiceFace) -> bool:
        """The voice's part of the screen. Returns whether it is new."""
        is_new = face != self._face
        self._face = face
        return is_new

    def show(self, state: State, *, condition: Condition, key_test: KeyTest | None) -> None:
        """Show `state`, when it looks otherwise than what is on the screen."""
        if self._snapshot(self.number, state, condition, key_test) == self._shown:
            return
        # Asked for once more with its own number: frozen values compare whole.
        new = self._snapshot(self.number + 1, state, condition, key_test)
        invitation = invitation_of(state.phase)
        phase = (type(key_test or state.phase), "" if invitation is None else invitation.visit)
        if phase != self._phase_shown:
            self._phase_shown, self._first_number = phase, new.number
        self._shown = new
        self._display.show(new)

    def _snapshot(
        self, number: int, state: State, condition: Condition, key_test: KeyTest | None
    ) -> Snapshot:
        new = snapshot_of(
            state,
            number=number,
            window=self._in_force.card,
            rules=self._in_force.rules,
            condition=condition,
            tentative=self._tentative,
            clerks=self._in_force.clerks,
            announcement=self._announcement[0] if self._announcement else None,
            key_test=key_test,
            address=self._address(state.phase),
            now_ms=self._clock.mono_ms(),
        )
        photo = self._gallery.of(new.clerk)
        return self._face.on(new if photo is None else replace(new, clerk_photo=photo))

    def _address(self, phase: Phase) -> str:
        """Where a phone rates the visit that is on; made once, so that the code stands still."""
        links = self._in_force.phone
        if links is None or not isinstance(phase, Asking) or phase.phone is not Phone.SHOWN:
            return ""
        visit = phase.invitation.visit
        if self._addressed[0] != visit:
            now = self._clock.now()
            made_at = now.wall if now.quality == "trusted" else None
            address = links.address(visit, assignment=self._in_force.assignment, made_at=made_at)
            self._addressed = (visit, address)
        return self._addressed[1]
