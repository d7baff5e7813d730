"""The press filter: which presses and touches are a person's choice. Pure; time comes in with the events."""

from __future__ import annotations

from dataclasses import dataclass, replace

from device.events import KeyDown, KeyUp, Target, TouchDown, TouchUp

HAMMERING_PRESSES = 6
HAMMERING_WITHIN_MS = 2_000
QUIET_MS = 5_000
_LYING_MOST_MS = 10_000


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """Key `key`, printed 1 to 5."""

    key: int


Choice = KeyChoice | Target


@dataclass(frozen=True, slots=True)
class Chosen:
    """One press or touch that stood alone, at `at_ms`. `choice` None: a touch beside everything."""

    choice: Choice | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class Touched:
    """Somebody is there: any accepted contact, whether or not it chooses something."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Held:
    """`key`, down at `at_ms`, was held so long that it asks what it means: it chooses nothing."""

    key: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Felt:
    """A contact that may become a choice: to be acknowledged at once, before it is known to stand alone."""

    choice: Choice
    at_ms: int


@dataclass(frozen=True, slots=True)
class Hammered:
    """Six presses within two seconds: the panel is quiet for five."""

    at_ms: int


FilterOutput = Chosen | Held | Touched | Felt | Hammered
FilterInput = KeyDown | KeyUp | TouchDown | TouchUp


@dataclass(frozen=True, slots=True)
class FilterRules:
    """The times of the filter, all in milliseconds."""

    together_ms: int = 30
    bounce_ms: int = 20
    long_ms: int = 600


@dataclass(frozen=True, slots=True)
class _Pending:
    """A contact that waits to see whether it stays alone."""

    contact: str
    choice: Choice | None
    at_ms: int
    last_ms: int  # of the newest contact of the same handful
    alone: bool = True
    until_up: bool = False  # a key in spoken mode: its release tells what it was
    up_ms: int | None = None


@dataclass(frozen=True, slots=True)
class FilterState:
    """What the filter remembers between events."""

    pending: _Pending | None = None
    presses_ms: tuple[int, ...] = ()
    quiet_until_ms: int = 0
    key_up_ms: tuple[tuple[int, int], ...] = ()  # key, when it last came up
    fingers: tuple[tuple[str, int], ...] = ()  # touch, when it came down; those still on the screen
    # A short press chooses at its release, a long one asks: where releases are told, else each press chooses.
    spoken: bool = False
    tells_releases: bool = False

    @property
    def undecided(self) -> bool:
        """Whether a contact waits that may yet choose something: of a handful nothing will come."""
        return self.pending is not None and self.pending.alone

    def tentative(self) -> Choice | None:
        """What will be chosen if nothing else comes: for feedback at once, never to be recorded."""
        return self.pending.choice if self.pending and self.pending.alone else None


def take(
    state: FilterState, event: FilterInput, rules: FilterRules
) -> tuple[FilterState, tuple[FilterOutput, ...]]:
    """Take one event. What it chooses comes from a later `settle`, when nothing joined it."""
    match event:
        case KeyUp(key, at_ms):
            ups = (*((k, t) for k, t in state.key_up_ms if k != key), (key, at_ms))
            return _release(replace(state, key_up_ms=ups, tells_releases=True), key, at_ms, rules)
        case TouchUp(touch, _):
            return replace(state, fingers=_without(state.fingers, touch)), ()
        case KeyDown(key, at_ms):
            if any(k == key and 0 <= at_ms - t < rules.bounce_ms for k, t in state.key_up_ms):
                return _down_again(state, key), ()
            until_up = state.spoken and state.tells_releases
            return _contact(state, f"key {key}", KeyChoice(key), at_ms, rules, until_up=until_up)
        case TouchDown(touch, target, _, at_ms):
            others = _without(state.fingers, touch)
            state = replace(state, fingers=(*others, (touch, at_ms)))
            # While another finger or a palm lies on the screen, a touch chooses nothing. One that seems to
            # lie there for long was lifted unseen, and must not make the screen dead.
            crowded = any(at_ms - down_ms < _LYING_MOST_MS for _, down_ms in others)
            return _contact(state, touch, target, at_ms, rules, alone=not crowded)


def settle(
    state: FilterState, now_ms: int, rules: FilterRules
) -> tuple[FilterState, tuple[FilterOutput, ...]]:
    """Decide on the contact that has been alone long enough at `now_ms`."""
    pending = state.pending
    if pending is None or now_ms < _decided_ms(pending, rules):
        return state, ()
    state = replace(state, pending=None)
    if not pending.alone:
        return state, ()
    if isinstance(pending.choice, KeyChoice) and _is_long(pending, rules):
        return state, (Held(pending.choice.key, pending.at_ms),)
    return state, (Chosen(pending.choice, pending.at_ms),)


def due_ms(state: FilterState, rules: FilterRules) -> int | None:
    """When `settle` will have something to decide, or None."""
    return None if state.pending is None else _decided_ms(state.pending, rules)


def listen(state: FilterState, *, spoken: bool) -> FilterState:
    """Presses from now on are those of spoken mode, or are no more; one that is down goes on as it began."""
    return state if state.spoken is spoken else replace(state, spoken=spoken)


def new_visit(state: FilterState) -> FilterState:
    """Forget the presses counted so far: one press for each of several quick visits is no hammering.

    A handful that is still coming down stays one, and chooses nothing in the new visit either.
    """
    return replace(state, pending=None if state.undecided else state.pending, presses_ms=())


def calm(state: FilterState) -> FilterState:
    """Forget hammering: for somebody who tries one key after another."""
    return replace(state, presses_ms=(), quiet_until_ms=0)


def _release(
    state: FilterState, key: int, at_ms: int, rules: FilterRules
) -> tuple[FilterState, tuple[FilterOutput, ...]]:
    state, decided = settle(state, at_ms, rules)
    pending = state.pending
    if pending is None or not pending.until_up or pending.contact != f"key {key}":
        return state, decided
    return replace(state, pending=replace(pending, up_ms=at_ms)), decided


def _down_again(state: FilterState, key: int) -> FilterState:
    """The release of `key` a moment ago was a bounce of its contact: it is still down."""
    pending = state.pending
    if pending is None or pending.contact != f"key {key}":
        return state
    return replace(state, pending=replace(pending, up_ms=None))


def _decided_ms(pending: _Pending, rules: FilterRules) -> int:
    """When it is known what `pending` was, unless something joins it before."""
    alone_ms = pending.last_ms + rules.together_ms
    if not pending.until_up or not pending.alone:
        return alone_ms
    if pending.up_ms is None:
        return max(alone_ms, pending.at_ms + rules.long_ms)
    return max(alone_ms, pending.up_ms + rules.bounce_ms)


def _is_long(pending: _Pending, rules: FilterRules) -> bool:
    if not pending.until_up:
        return False
    return pending.up_ms is None or pending.up_ms - pending.at_ms >= rules.long_ms


def _without(fingers: tuple[tuple[str, int], ...], touch: str) -> tuple[tuple[str, int], ...]:
    return tuple((name, down_ms) for name, down_ms in fingers if name != touch)


def _contact(
    state: FilterState,
    contact: str,
    choice: Choice | None,
    at_ms: int,
    rules: FilterRules,
    *,
    alone: bool = True,
    until_up: bool = False,
) -> tuple[FilterState, tuple[FilterOutput, ...]]:
    # What came before is decided first: the events are stamped, and may be handled late.
    state, decided = settle(state, at_ms, rules)
    pending = state.pending
    if pending is not None and pending.contact == contact:
        return state, decided  # the same key again so soon is the same press
    if pending is not None:
        # Of a palm or a handful all contacts together are one press, of which nothing comes.
        return replace(state, pending=replace(pending, last_ms=at_ms, alone=False)), (
            *decided,
            Touched(at_ms),
        )
    recent = (*(t for t in state.presses_ms if at_ms - t < HAMMERING_WITHIN_MS), at_ms)
    state = replace(state, presses_ms=recent[-HAMMERING_PRESSES:])
    if len(recent) >= HAMMERING_PRESSES:
        # Going on keeps it quiet; the count starts anew so that each five seconds need six more.
        quiet = replace(state, pending=None, presses_ms=(), quiet_until_ms=at_ms + QUIET_MS)
        return quiet, (*decided, Hammered(at_ms))
    if at_ms < state.quiet_until_ms:
        return state, decided
    felt = (Felt(choice, at_ms),) if alone and choice is not None else ()
    pending = _Pending(contact, choice, at_ms, at_ms, alone, until_up)
    # First what answers the finger: the other may have the screen drawn.
    return replace(state, pending=pending), (*decided, *felt, Touched(at_ms))
