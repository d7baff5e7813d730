"""What a technician tries at the device: every key, then one rating from the press to the receipt."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, replace

from device.clock import Clock, wall_text
from device.errors import LedgerError
from device.key_prover import KeyProver, KeyStanding
from device.key_test import KeyMark, KeyTest, KeyTestEnd, begin_key_test
from device.province_time import ReceivedReceipts
from device.technician import (
    BUSY,
    CLEANING,
    NO_PANEL,
    KeysAnswer,
    KeyTestAnswer,
    ReceiptAnswer,
    TechnicianAnswer,
    TechnicianVerb,
    TestRatingAnswer,
)
from device.visit.effects import Effect
from device.visit.happenings import CleaningWanted, Offered, PauseChanged
from device.visit.state import Cleaning, Idle, Invitation
from device.window import Window

log = logging.getLogger(__name__)

TESTING = "a key test is on"


@dataclass(frozen=True, slots=True)
class _Trial:
    """A test rating: its visit, with the newest row that it has come to."""

    visit: str
    log_id: str | None = None
    seq: int | None = None
    over: bool = False


class Acceptance:
    """Belongs to the device loop's thread. `prover` None: there are no keys; `receipts` None: no province."""

    def __init__(
        self,
        *,
        clock: Clock,
        window: Window,
        prover: KeyProver | None = None,
        receipts: ReceivedReceipts | None = None,
    ) -> None:
        self._clock = clock
        self._window = window
        self._prover = prover
        self._receipts = receipts
        self._tells_releases = False
        self._test: KeyTest | None = None
        self._test_id = ""
        self._on = False
        self._trial: _Trial | None = None

    @property
    def key_test_on(self) -> bool:
        """Whether the keys belong to a key test now, its result being shown included."""
        return self._on

    @property
    def due_ms(self) -> int | None:
        """When time alone changes something, or None."""
        return self._test.due_ms if self._on and self._test else None

    @property
    def keys(self) -> KeyStanding | None:
        """How the proofs of the keys stand; None where there are no keys."""
        return self._prover.standing() if self._prover else None

    def look(self) -> None:
        """While nobody is served: let the prover tell days and end rounds. Never raises."""
        if self._prover is None:
            return
        try:
            self._prover.look()
        except LedgerError as error:
            log.error("proofs of keys not kept why=%s", error)
            self._window.fail(error)

    def ask(self, verb: TechnicianVerb, *, pressing: bool) -> tuple[TechnicianAnswer, tuple[Effect, ...]]:
        """Do what a technician asks; the answer, and the effects on the visit.

        `pressing`: somebody has just pressed, and it is not yet decided what that means.
        """
        if verb is not TechnicianVerb.SHOW:
            log.info("technician asked verb=%s", verb)
        refused: str | None = None
        effects: tuple[Effect, ...] = ()
        match verb:
            case TechnicianVerb.PAUSE | TechnicianVerb.RESUME:
                paused = verb is TechnicianVerb.PAUSE
                effects = self._window.apply(PauseChanged(paused=paused, at_ms=self._clock.mono_ms()))
            case TechnicianVerb.KEY_TEST | TechnicianVerb.TEST_RATING | TechnicianVerb.CLEAN if pressing:
                refused = BUSY
            case TechnicianVerb.KEY_TEST:
                refused = self._begin_key_test()
            case TechnicianVerb.STOP_KEY_TEST:
                self._stop_key_test()
            case TechnicianVerb.TEST_RATING:
                refused, effects = self._begin_test_rating()
            case TechnicianVerb.CLEAN:
                refused = self._why_not(also_testing=True)
                if refused is None:
                    effects = self._window.apply(CleaningWanted(self._clock.mono_ms()))
        return self._answer(refused), effects

    # ---- the key test ----

    def _begin_key_test(self) -> str | None:
        """Give the keys to a key test; why not, if it cannot be. One that is on begins anew."""
        why = NO_PANEL if self._prover is None else self._why_not()
        if why is None:
            log.info("key test begun")
            self._test_id, self._on = secrets.token_hex(8), True
            self._show(begin_key_test(self._clock.mono_ms(), tells_releases=self._tells_releases))
        return why

    def _stop_key_test(self) -> None:
        """The technician has had enough; what is proven by then is kept."""
        if self._on and self._test is not None and self._test.end is None:
            self._end(self._test.ended(KeyTestEnd.STOPPED, self._clock.mono_ms()))

    def key_down(self, key: int, at_ms: int) -> None:
        """In a key test: `key` went down alone."""
        if self._test is not None and self._on:
            self._show(self._test.down(key, at_ms))

    def key_up(self, key: int, at_ms: int) -> None:
        """`key` came up, in a key test or not."""
        self._tells_releases = True
        if self._test is not None and self._on:
            self._show(self._test.up(key, at_ms))

    def pass_time(self) -> None:
        """Go on with what is on, as time has passed."""
        if self._on and self._test is not None:
            self._go_on(self._test, self._clock.mono_ms())
        if self._trial is not None and not self._trial.over:
            self._follow(self._trial)

    def _go_on(self, test: KeyTest, now_ms: int) -> None:
        if test.end is None and self._window.fault is not None:
            self._end(test.ended(KeyTestEnd.FAULT, now_ms))
            return
        after = test.passed(now_ms)
        if after is None:
            self._on = False
            self._window.show_key_test(None)
        elif after.end is not test.end:
            self._end(after)

    def _end(self, test: KeyTest) -> None:
        """The test is over: what is proven is kept before anybody is told so."""
        assert self._prover is not None
        if self._window.fault is None:
            try:
                self._prover.prove(test.proven)
            except LedgerError as error:
                self._window.fail(error)
        if self._window.fault is not None:
            test = replace(test, end=KeyTestEnd.FAULT)
        log.info("key test ended how=%s proven=%d", test.end, len(test.proven))
        self._show(test)

    def _show(self, test: KeyTest) -> None:
        self._test = test
        self._window.show_key_test(test)

    # ---- the test rating ----

    def _begin_test_rating(self) -> tuple[str | None, tuple[Effect, ...]]:
        """Begin a whole visit, marked as a test; why not, if it cannot be, and the effects."""
        if why := self._why_not(also_testing=True):
            return why, ()
        log.info("test rating begun")
        now = self._clock.now()
        visit = secrets.token_hex(16)
        self._trial = _Trial(visit)
        # Of no handling and no clerk: nobody is rated.
        asked = Invitation(None, visit, None, None, None, None, now.wall_text, now.mono_ms, test=True)
        return None, self._window.apply(Offered(asked, now.mono_ms))

    def _follow(self, trial: _Trial) -> None:
        row = self._window.newest_row_of(trial.visit)
        over = not self._window.serves(trial.visit)
        self._trial = _Trial(trial.visit, row[0] if row else None, row[1] if row else None, over)

    def _why_not(self, *, also_testing: bool = False) -> str | None:
        if self._window.fault is not None:
            return f"the device cannot record, fault {self._window.fault}"
        if self._on and also_testing:
            return TESTING
        phase = self._window.state.phase
        if isinstance(phase, Cleaning):
            return CLEANING
        return None if isinstance(phase, Idle) else BUSY

    # ---- what the technician is told ----

    def _answer(self, refused: str | None) -> TechnicianAnswer:
        """How the device is, with the tests."""
        said = self._window.for_technician()
        keys = self.keys
        trial = self._trial
        return replace(
            said,
            keys=None
            if keys is None
            else KeysAnswer(
                keys.all_proven, keys.proven_on.isoformat() if keys.proven_on else None, keys.overdue
            ),
            key_test=self._test_answer(self._test) if self._test else None,
            test_rating=TestRatingAnswer(trial.visit, trial.log_id, trial.seq, trial.over) if trial else None,
            province=self._receipts is not None,
            receipt=self._receipt(said.log_id) if said.log_id else None,
            refused=refused,
        )

    def _test_answer(self, test: KeyTest) -> KeyTestAnswer:
        down = tuple(key for key, mark in enumerate(test.marks, start=1) if mark is KeyMark.DOWN)
        left_ms = 0 if test.end else max(0, test.until_ms - self._clock.mono_ms())
        return KeyTestAnswer(self._test_id, down, test.proven, test.missing, test.end, -(-left_ms // 1000))

    def _receipt(self, log_id: str) -> ReceiptAnswer | None:
        facts = self._receipts.newest(log_id) if self._receipts else None
        return ReceiptAnswer(log_id, facts.through, wall_text(facts.time)) if facts else None
