"""What is said when: from what the screen shows, how it came there and who hears it. Pure.

On the loudspeaker no prompt depends on a level, nor on which key was held; a level that was chosen and its
reasons are for headphones alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

from device.events import Button, ButtonTile, LevelTile, ReasonTile, Target
from device.level import Level
from device.snapshot import Notice, Screen, Snapshot
from device.voice import script
from device.voice.face import FINISH_KEY, MORE_KEY, VoiceFace

WARNING_MS = 20_000  # WCAG 2.2.1: who needs more time must have 20 s to say so
_LATE_MS = 1_500  # a warning that would come later says a wrong figure
_ASKING = (Screen.LEVEL, Screen.REASONS)
_SERVING = (*_ASKING, Screen.WORDS, Screen.PHONE, Screen.RECEIPT)

Prompts = tuple[str, ...]


class Wanted(StrEnum):
    """`voice.mode`: when spoken mode begins."""

    OFF = "off"
    ON_REQUEST = "on_request"
    ALWAYS = "always"


class Mode(IntEnum):
    """How far the voice leads: not at all, by the keys, by columns on the glass too."""

    OFF = 0
    KEYS = 1
    COLUMNS = 2


@dataclass(frozen=True, slots=True)
class VoiceRules:
    """`screen`: there is one to read; standing, its columns are `rows`.

    `headphones`: some can be plugged in.
    """

    wanted: Wanted = Wanted.OFF
    screen: bool = True
    rows: bool = False
    headphones: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """What is shown. `phase`: another number is another phase. `level`: what was chosen in this visit."""

    phase: int
    snapshot: Snapshot
    level: Level | None = None

    @property
    def place(self) -> tuple[int, Screen]:
        """Another place is another screen, or the same one of somebody else."""
        return self.phase, self.snapshot.screen


@dataclass(frozen=True, slots=True)
class VoiceState:
    """What the voice remembers. `warned_ms`: the end of time that was warned of last."""

    mode: Mode = Mode.OFF
    headphones: bool = False
    explored: Target | None = None
    scene: Scene | None = None
    warned_ms: int | None = None

    def face(self, languages: frozenset[str]) -> VoiceFace:
        """What of it is seen, where `languages` can be spoken."""
        return VoiceFace(languages, self.mode is Mode.COLUMNS, self.headphones, self.explored)


Telling = tuple[VoiceState, Prompts]


def meet(state: VoiceState, scene: Scene, rules: VoiceRules) -> Telling:
    """The scene as it is now; what it says by itself, when it is another than before."""
    before, state = state.scene, replace(state, scene=scene)
    if before is None or before.place != scene.place:
        return _arrive(state, before, scene, rules)
    then, now = before.snapshot, scene.snapshot
    if now.notice is Notice.NOT_INVITED and then.notice is not Notice.NOT_INVITED:
        return state, (script.NOT_INVITED,)
    if now.language != then.language and state.mode is not Mode.OFF:
        return state, _said_of(state, rules)
    if not state.headphones or now.reasons == then.reasons:
        return state, ()
    if now.page != then.page:
        return replace(state, explored=None), _page(now)
    old = {reason.code: reason.chosen for reason in then.reasons}
    return state, tuple(
        script.TICKED if reason.chosen else script.UNTICKED
        for reason in now.reasons
        if old.get(reason.code) is not reason.chosen
    )


def warning_ms(state: VoiceState) -> int | None:
    """When the time warning is due, or None."""
    countdown = state.scene.snapshot.countdown if state.scene else None
    if (
        state.mode is Mode.OFF
        or state.scene is None
        or state.scene.snapshot.screen not in _ASKING
        or countdown is None
        or countdown.total_ms <= WARNING_MS
        or countdown.until_ms == state.warned_ms
    ):
        return None
    return countdown.until_ms - WARNING_MS


def warn(state: VoiceState, now_ms: int) -> Telling:
    """The time warning, when it is due."""
    due_ms = warning_ms(state)
    if due_ms is None or now_ms < due_ms:
        return state, ()
    state = replace(state, warned_ms=due_ms + WARNING_MS)
    return state, (script.TIME,) if now_ms < due_ms + _LATE_MS else ()


def hold(state: VoiceState, key: int, rules: VoiceRules) -> Prompts:
    """Key `key` was held in spoken mode. Everybody hears of all five keys, headphones of the one held."""
    if state.scene is None:
        return ()
    snapshot = state.scene.snapshot
    match snapshot.screen:
        case Screen.LEVEL if state.headphones:
            return script.of_key(key), script.of_level(snapshot.key_levels[key - 1])
        case Screen.LEVEL:
            return _row(snapshot)
        case Screen.REASONS if state.headphones:
            return script.of_key(key), *_reason_key(snapshot, key)
        case Screen.REASONS:
            return (script.REASONS_KEYS,)
        case _:
            return _said_of(state, rules)


def touch(state: VoiceState, target: Target) -> Telling:
    """A finger explores the column of `target`: it is marked and named, and not chosen."""
    state = replace(state, explored=target)
    match target:
        case LevelTile(level):
            return state, (script.of_level(level),)
        case ReasonTile(code) if state.headphones:
            return state, (script.of_reason(code),)
        case ButtonTile(Button.MORE) if state.headphones:
            return state, (script.MORE,)
        case ButtonTile(Button.FINISH) if state.headphones:
            return state, (script.FINISH,)
        case _:
            return state, ()


def confirm(state: VoiceState) -> tuple[VoiceState, Target | None, Prompts]:
    """The bar below the columns was touched: the column explored last is meant, if there is one."""
    if state.explored is None:
        return state, None, (script.TOUCH_FIRST,)
    return replace(state, explored=None), state.explored, ()


def read_aloud(state: VoiceState, rules: VoiceRules) -> Telling:
    """朗读 was touched: the screen is read out, and in a visit spoken mode goes a step further."""
    if state.scene is not None and state.scene.snapshot.screen in _ASKING:
        state = replace(state, mode=Mode(min(state.mode + 1, Mode.COLUMNS)))
    return state, _said_of(state, rules)


def plug(state: VoiceState, rules: VoiceRules, *, plugged: bool) -> Telling:
    """Headphones were plugged in or pulled out. What only they may say goes with them."""
    state = replace(state, headphones=plugged, explored=None)
    if not plugged:
        return state, ()
    state = replace(state, mode=Mode.COLUMNS)
    return state, _said_of(state, rules)


def explain(state: VoiceState, rules: VoiceRules) -> Prompts:
    """A key was pressed where none is taken: why."""
    if state.scene is None or state.scene.snapshot.screen not in (Screen.PAUSED, Screen.CANNOT_RECORD):
        return ()
    return _said_of(state, rules)


def _arrive(state: VoiceState, before: Scene | None, scene: Scene, rules: VoiceRules) -> Telling:
    now = scene.snapshot
    then = before.snapshot if before else None
    state = replace(state, explored=None)
    if now.screen not in (*_SERVING, Screen.THANKS) or (now.screen is Screen.LEVEL and not now.changing):
        state = replace(state, mode=_mode_at_first(state, rules), warned_ms=None)
    match now.screen:
        case Screen.LEVEL if state.mode is Mode.OFF:
            return state, (script.CHANGE if now.changing else script.INVITATION,)
        case Screen.REASONS if state.mode is Mode.OFF:
            return state, (script.SAVED,)
        case Screen.LEVEL | Screen.REASONS:
            if now.screen is Screen.LEVEL and not state.headphones and rules.headphones and not now.changing:
                return state, (*_said_of(state, rules), script.PRIVATE)
            return state, _said_of(state, rules)
        case Screen.THANKS if now.declined:
            # Aloud it would tell the counter, which is not to know silence from declining.
            return state, (script.DECLINED,) if state.headphones else ()
        case Screen.THANKS:
            # What was said on a phone is not here to be called saved.
            here = then is not None and then.screen is Screen.LEVEL and not now.by_phone
            at_once = here and then is not None and not then.changing
            return state, ((script.SAVED, script.THANKS) if at_once else (script.THANKS,))
        case Screen.CANNOT_RECORD if then is not None and then.screen in _SERVING:
            return state, (script.CANNOT_RECORD,)
        case _:
            return state, ()


def _mode_at_first(state: VoiceState, rules: VoiceRules) -> Mode:
    if state.headphones:
        return Mode.COLUMNS
    return Mode.KEYS if rules.wanted is Wanted.ALWAYS or not rules.screen else Mode.OFF


def _said_of(state: VoiceState, rules: VoiceRules) -> Prompts:
    """What the screen says, to whoever hears."""
    if state.scene is None:
        return ()
    snapshot = state.scene.snapshot
    match snapshot.screen:
        case Screen.IDLE:
            return (script.NOT_INVITED if snapshot.notice is Notice.NOT_INVITED else script.IDLE,)
        case Screen.LEVEL:
            title = script.CHANGE if snapshot.changing else script.INVITATION
            how = (script.HOW_KEYS,) if snapshot.has_keys and state.mode is not Mode.OFF else ()
            how_columns = script.HOW_ROWS if rules.rows else script.HOW_COLUMNS
            columns = (how_columns,) if state.mode is Mode.COLUMNS and rules.screen else ()
            return title, *_row(snapshot), *how, *columns
        case Screen.REASONS if state.headphones:
            chosen = (script.CHOSEN, script.of_level(state.scene.level)) if state.scene.level else ()
            return script.SAVED, *chosen, script.REASONS, *_page(snapshot), *_reason_keys(snapshot)
        case Screen.REASONS:
            return script.SAVED, script.REASONS, *_reason_keys(snapshot)
        case Screen.WORDS:
            return (script.WORDS,)
        case Screen.PAUSED:
            return (script.PAUSED,)
        case Screen.CANNOT_RECORD:
            return (script.CANNOT_RECORD,)
        case Screen.PHONE | Screen.RECEIPT | Screen.CLEANING | Screen.THANKS | Screen.KEY_TEST:
            return ()


def _row(snapshot: Snapshot) -> Prompts:
    """All five levels: by their keys, or as the tiles stand where there are none."""
    if not snapshot.has_keys:
        return tuple(script.of_level(level) for level in sorted(Level, reverse=True))
    return tuple(
        prompt
        for key, level in enumerate(snapshot.key_levels, start=1)
        for prompt in (script.of_key(key), script.of_level(level))
    )


def _page(snapshot: Snapshot) -> Prompts:
    return tuple(
        prompt
        for reason in snapshot.reasons
        for prompt in (
            *((script.of_key(reason.key),) if snapshot.has_keys else ()),
            script.of_reason(reason.code),
            *((script.TICKED,) if reason.chosen else ()),
        )
    )


def _reason_keys(snapshot: Snapshot) -> Prompts:
    return (script.REASONS_KEYS,) if snapshot.has_keys else ()


def _reason_key(snapshot: Snapshot, key: int) -> Prompts:
    if key == MORE_KEY:
        return (script.MORE,)
    if key == FINISH_KEY:
        return (script.FINISH,)
    return tuple(script.of_reason(reason.code) for reason in snapshot.reasons if reason.key == key)
