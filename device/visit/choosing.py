"""What a citizen's choice does in each phase of a visit."""

from __future__ import annotations

from dataclasses import replace

from device.confided import Confided
from device.counter import InvitationState
from device.events import (
    Button,
    ButtonTile,
    ConfidedTile,
    CornerTile,
    LanguageTile,
    LevelTile,
    ReasonTile,
    ReceiptTile,
)
from device.press_filter import Choice, KeyChoice
from device.receipt_code import receipt_code
from device.row import Flag, Outcome
from device.visit.by_phone import hide_code, leave_to_phone, may_go_to_phone, show_code
from device.visit.effects import Effect, Issue, Record, Tell
from device.visit.happenings import Made
from device.visit.state import (
    LANGUAGE_MS,
    MOST_EXTENSIONS,
    NOTICE_MS,
    PAGE,
    RECEIPT_CODE_MS,
    RECEIPT_WORD_MS,
    TOUCH_DEAD_MS,
    Asking,
    Cleaning,
    Idle,
    Invitation,
    Phase,
    Phone,
    Reasons,
    Receipt,
    Rules,
    Said,
    State,
    Thanks,
    Words,
)
from device.visit.turn import Step, burst_flag, closed, noted, show, thank


def choose(state: State, made: Made, rules: Rules) -> Step:
    """The step a choice leads to; a choice that means nothing now changes nothing."""
    choice, at_ms = made.choice, made.at_ms
    if isinstance(choice, LanguageTile):
        return _speak(state, choice.language, at_ms, rules), ()
    match state.phase:
        case Idle():
            return _uninvited(state, made, rules)
        case _ if not takes(state.phase, choice, at_ms):
            return state, ()
        case Asking() as asking:
            return _answer(state, asking, choice, at_ms, rules)
        case Reasons() as reasons:
            return _reason(state, reasons, choice, at_ms, rules)
        case Words() as words:
            return _words(state, words, choice, at_ms, rules)
        case Receipt() as receipt:
            return _receipt(state, receipt, choice, at_ms, rules)
        case Thanks() | Cleaning():
            raise AssertionError("thanks and cleaning take no choice")


def takes(phase: Phase, choice: Choice | None, at_ms: int) -> bool:
    """Whether a visit in `phase` takes a choice made at `at_ms`, whatever it then does with it.

    Presses before the first frame were not meant for this visit, and just after a level keys are dead.
    """
    match phase:
        case Asking(drawn_ms=drawn_ms) as asking:
            dead_ms = 0 if isinstance(choice, KeyChoice) else asking.touch_dead_until_ms
            return drawn_ms is not None and at_ms >= max(drawn_ms, dead_ms)
        case Reasons() as reasons:
            by_key = isinstance(choice, KeyChoice)
            return at_ms >= (reasons.dead_until_ms if by_key else reasons.touch_dead_until_ms)
        case Words(touch_dead_until_ms=dead_until_ms) | Receipt(touch_dead_until_ms=dead_until_ms):
            return at_ms >= dead_until_ms and not isinstance(choice, KeyChoice)
        case _:
            return False


def _speak(state: State, language: str, at_ms: int, rules: Rules) -> State:
    if language not in rules.languages:
        return state
    if isinstance(state.phase, Idle):
        idle = replace(state.phase, language_until_ms=at_ms + LANGUAGE_MS)
        return replace(state, language=language, phase=idle)
    if isinstance(state.phase, Cleaning):
        return state
    return replace(state, phase=replace(state.phase, language=language))


def _uninvited(state: State, made: Made, rules: Rules) -> Step:
    if state.paused:
        return state, ()
    if rules.uninvited_taken and isinstance(made.choice, CornerTile):
        return state, ()  # of a finger in a corner a visit would begin before the other one is there
    if not rules.uninvited_taken:
        return replace(state, phase=Idle(refused_until_ms=made.at_ms + NOTICE_MS)), ()
    # The touch only begins the visit; the level is asked on its own screen.
    invitation = Invitation(None, made.fresh_visit, None, state.clerk, None, None, None, made.at_ms)
    return show(state, invitation, made.at_ms, rules)


def _answer(state: State, asking: Asking, choice: Choice | None, at_ms: int, rules: Rules) -> Step:
    match choice:
        case KeyChoice(key):
            level, input_ = rules.level_of(key), "key"
        case _ if asking.phone is Phone.SHOWN:
            return _by_phone(state, asking, choice, at_ms, rules)
        case LevelTile(level_):
            level, input_ = level_, "touch"
        case ButtonTile(Button.DECLINE) if asking.standing is None:
            effects = closed(asking.invitation, Outcome.DECLINED, at_ms, asking.language, noted(asking))
            return thank(state, asking, at_ms, rules), effects
        case ButtonTile(Button.PHONE) if may_go_to_phone(asking, rules):
            return show_code(state, asking, at_ms, rules), ()
        case _:
            return state, ()
    if asking.standing is None:
        said = Said(level, input_, _flags(asking))
        record = Record(
            asking.invitation, Outcome.RATED, at_ms, asking.language, level, (), input_, said.flags
        )
        told = (Tell(asking.invitation.id, InvitationState.ANSWERED),) if asking.invitation.id else ()
        return _offer_reasons(state, asking, said, at_ms, rules), (record, *told)
    if level == asking.standing.level:
        return _offer_reasons(state, asking, asking.standing, at_ms, rules), ()
    flags = union(asking.standing.flags, (Flag.CHANGED,), burst_flag(asking.burst))
    said = Said(level, input_, flags)
    record = Record(
        asking.invitation, Outcome.RATED, at_ms, asking.language, level, (), input_, flags, replaces=True
    )
    return _offer_reasons(state, asking, said, at_ms, rules), (record,)


def _by_phone(state: State, asking: Asking, choice: Choice | None, at_ms: int, rules: Rules) -> Step:
    match choice:
        case ButtonTile(Button.BACK):
            return hide_code(state, asking, at_ms), ()
        case ButtonTile(Button.SCANNED):
            return leave_to_phone(state, asking, at_ms, rules)
        case _:
            return state, ()


def _offer_reasons(state: State, asking: Asking, said: Said, at_ms: int, rules: Rules) -> State:
    if not rules.has_screen and not state.headphones:
        # Nobody could learn what the reasons are: read aloud they would tell the level.
        thanks = Thanks(asking.invitation, asking.language, at_ms + rules.thanks_ms, declined=False)
        return replace(state, phase=thanks)
    ends_by_ms = asking.ends_by_ms or at_ms + rules.reasons_ms * MOST_EXTENSIONS
    reasons = Reasons(
        invitation=asking.invitation,
        language=asking.language,
        said=said,
        until_ms=min(at_ms + rules.reasons_ms, ends_by_ms),
        ends_by_ms=ends_by_ms,
        dead_until_ms=at_ms + rules.dead_ms,
        touch_dead_until_ms=at_ms + min(rules.dead_ms, TOUCH_DEAD_MS),
        burst=asking.burst,
        typed=asking.typed,
    )
    return replace(state, phase=reasons)


def _reason(state: State, reasons: Reasons, choice: Choice | None, at_ms: int, rules: Rules) -> Step:
    level = reasons.said.level
    shown = rules.indicators.page(level, reasons.page, PAGE)
    match choice:
        case KeyChoice(key) if key <= PAGE:
            code = shown[key - 1].code if key <= len(shown) else None
        case ReasonTile(code_):
            code = code_ if any(i.code == code_ for i in shown) else None
        case KeyChoice(4) | ButtonTile(Button.MORE):
            page = (reasons.page + 1) % rules.indicators.pages(level, PAGE)
            return replace(state, phase=replace(reasons, page=page)), ()
        case KeyChoice(5) | ButtonTile(Button.FINISH):
            return finish(state, reasons, at_ms, rules)
        case ButtonTile(Button.CHANGE):
            until_ms = min(at_ms + rules.reasons_ms, reasons.ends_by_ms)
            asking = Asking(
                reasons.invitation,
                reasons.language,
                until_ms,
                at_ms,
                standing=reasons.said,
                ends_by_ms=reasons.ends_by_ms,
                burst=reasons.burst,
                typed=reasons.typed,
            )
            return replace(state, phase=asking), ()
        case ButtonTile(Button.WORDS) if rules.words_offered:
            return _offer_words(state, reasons, at_ms, rules), ()
        case ButtonTile(Button.RECEIPT) if rules.receipt_url and not reasons.invitation.test:
            return _offer_receipt(state, reasons, at_ms, rules), ()
        case _:
            return state, ()
    if code is None:
        return state, ()
    chosen = reasons.said.chosen
    toggled = tuple(c for c in chosen if c != code) if code in chosen else (*chosen, code)
    said = replace(reasons.said, chosen=toggled)
    return replace(state, phase=replace(reasons, said=said)), ()


def _offer_words(state: State, reasons: Reasons, at_ms: int, rules: Rules) -> State:
    # Typing takes longer than ticking: once in a visit the time it must end by is put off for it.
    put_off_ms = 0 if reasons.typed else rules.words_ms * MOST_EXTENSIONS
    ends_by_ms = reasons.ends_by_ms + put_off_ms
    words = Words(
        invitation=reasons.invitation,
        language=reasons.language,
        said=reasons.said,
        until_ms=min(at_ms + rules.words_ms, ends_by_ms),
        ends_by_ms=ends_by_ms,
        touch_dead_until_ms=at_ms + min(rules.dead_ms, TOUCH_DEAD_MS),
        page=reasons.page,
        burst=reasons.burst,
    )
    return replace(state, phase=words)


def _offer_receipt(state: State, reasons: Reasons, at_ms: int, rules: Rules) -> State:
    # As for words, and only once for both: the time that the visit must end by is put off.
    put_off_ms = 0 if reasons.typed else RECEIPT_WORD_MS * MOST_EXTENSIONS
    ends_by_ms = reasons.ends_by_ms + put_off_ms
    receipt = Receipt(
        invitation=reasons.invitation,
        language=reasons.language,
        said=reasons.said,
        until_ms=min(at_ms + RECEIPT_WORD_MS, ends_by_ms),
        ends_by_ms=ends_by_ms,
        touch_dead_until_ms=at_ms + min(rules.dead_ms, TOUCH_DEAD_MS),
        page=reasons.page,
        burst=reasons.burst,
    )
    return replace(state, phase=receipt)


def _receipt(state: State, receipt: Receipt, choice: Choice | None, at_ms: int, rules: Rules) -> Step:
    match choice:
        case ReceiptTile(word) if receipt.code is None:
            shown = replace(
                receipt,
                code=receipt_code(receipt.invitation.visit),
                # Shown in full to whoever chose a word in time; the end of the visit is not put off by it.
                until_ms=at_ms + RECEIPT_CODE_MS,
                touch_dead_until_ms=at_ms + min(rules.dead_ms, TOUCH_DEAD_MS),
            )
            return replace(state, phase=shown), (Issue(receipt.invitation, at_ms, word),)
        case ButtonTile(Button.BACK):
            return replace(state, phase=_back(receipt, at_ms, rules)), ()
        case _:
            return state, ()


def _back(over: Words | Receipt, at_ms: int, rules: Rules) -> Reasons:
    dead_until_ms = at_ms + min(rules.dead_ms, TOUCH_DEAD_MS)
    return Reasons(
        invitation=over.invitation,
        language=over.language,
        said=over.said,
        until_ms=min(at_ms + rules.reasons_ms, over.ends_by_ms),
        ends_by_ms=over.ends_by_ms,
        dead_until_ms=dead_until_ms,
        touch_dead_until_ms=dead_until_ms,
        page=over.page,
        burst=over.burst,
        typed=True,
    )


def _words(state: State, words: Words, choice: Choice | None, at_ms: int, rules: Rules) -> Step:
    match choice:
        case ConfidedTile(confided):
            return finish(state, words, at_ms, rules, confided)
        case ButtonTile(Button.BACK):
            return replace(state, phase=_back(words, at_ms, rules)), ()
        case _:
            return state, ()


def finish(
    state: State,
    reasons: Reasons | Words | Receipt,
    at_ms: int,
    rules: Rules,
    confided: Confided | None = None,
) -> Step:
    """The reasons screen ends: what was added since the level is recorded, then thanks."""
    flags = union(reasons.said.flags, burst_flag(reasons.burst))
    effects: tuple[Effect, ...] = ()
    if reasons.said.chosen or flags != reasons.said.flags or confided is not None:
        order = [i.code for i in rules.indicators.of_level(reasons.said.level)]
        effects = (
            Record(
                reasons.invitation,
                Outcome.RATED,
                at_ms,
                reasons.language,
                reasons.said.level,
                tuple(c for c in order if c in reasons.said.chosen),
                reasons.said.input,
                flags,
                replaces=True,
                confided=confided,
            ),
        )
    return thank(state, reasons, at_ms, rules), effects


def _flags(asking: Asking) -> tuple[str, ...]:
    uninvited = asking.invitation.id is None and not asking.invitation.test
    return union((Flag.UNINVITED,) if uninvited else (), noted(asking))


def union(*groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({flag for group in groups for flag in group}))
