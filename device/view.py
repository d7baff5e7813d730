"""From the state of the window to what its screen shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from device.events import LevelTile
from device.faults import Fault, Showing
from device.key_test import TEST_MS, KeyTest
from device.level import Level
from device.press_filter import Choice, KeyChoice
from device.snapshot import Countdown, Notice, Reason, Screen, Snapshot, WindowCard
from device.visit.by_phone import may_go_to_phone
from device.visit.state import (
    PAGE,
    Asking,
    Cleaning,
    Idle,
    Phone,
    Reasons,
    Receipt,
    Rules,
    State,
    Thanks,
    Words,
    invitation_of,
    last_answer_ms,
    warns_ms,
)


@dataclass(frozen=True, slots=True)
class Condition:
    """What is wrong with the device: `cannot_record` fills the screen, with `small` ones ratings go on."""

    cannot_record: Fault | None = None
    small: tuple[Fault, ...] = ()

    @property
    def warning(self) -> Fault | None:
        """What whoever is asked must know."""
        return next((fault for fault in self.small if fault.showing is Showing.SMALL), None)

    @property
    def reminder(self) -> Fault | None:
        """The first of all: for where nobody is asked anything."""
        return self.warning or next(iter(self.small), None)


def snapshot_of(
    state: State,
    *,
    number: int,
    window: WindowCard,
    rules: Rules,
    condition: Condition,
    tentative: Choice | None,
    clerks: Mapping[str, str] = MappingProxyType({}),
    announcement: str | None = None,
    key_test: KeyTest | None = None,
    address: str = "",
    now_ms: int = 0,
) -> Snapshot:
    """The snapshot for `state` at monotonic `now_ms`. `tentative`: what was pressed a moment ago, for
    feedback only.

    `clerks`: what the province has written of them, by their id. `announcement`: its notice for idle screens.
    `key_test`: the one that is on. `address`: where a phone rates the visit that is on.
    """
    snapshot = _snapshot_of(
        state,
        number=number,
        window=window,
        rules=rules,
        condition=condition,
        tentative=tentative,
        clerks=clerks,
        announcement=announcement,
        key_test=key_test,
        address=address,
    )
    invitation = invitation_of(state.phase)
    return replace(
        snapshot,
        has_keys=rules.has_keys,
        test=is_test(state),
        visit=None if invitation is None else invitation.visit,
        warning_time=_is_short(snapshot.countdown, now_ms),
    )


def is_test(state: State) -> bool:
    """Whether the visit that is on is a technician's."""
    invitation = invitation_of(state.phase)
    return invitation is not None and invitation.test


def _snapshot_of(  # one function, so that a screen has one origin
    state: State,
    *,
    number: int,
    window: WindowCard,
    rules: Rules,
    condition: Condition,
    tentative: Choice | None,
    clerks: Mapping[str, str],
    announcement: str | None,
    key_test: KeyTest | None,
    address: str,
) -> Snapshot:
    if condition.cannot_record:
        return Snapshot(
            number,
            Screen.CANNOT_RECORD,
            state.language,
            window,
            clerk=state.clerk,
            clerk_shown=clerks.get(state.clerk or ""),
            fault=condition.cannot_record,
        )
    if key_test is not None:
        return Snapshot(
            number,
            Screen.KEY_TEST,
            state.language,
            window,
            countdown=None if key_test.end else Countdown(key_test.until_ms, TEST_MS),
            keys=key_test.marks,
            fault=condition.warning,
        )
    match state.phase:
        case Idle() as idle:
            notice = None
            if idle.refused_until_ms:
                notice = Notice.NOT_INVITED
            elif idle.welcome_until_ms:
                notice = Notice.WELCOME
            return Snapshot(
                number,
                Screen.PAUSED if state.paused else Screen.IDLE,
                state.language,
                window,
                clerk=state.clerk,
                clerk_shown=clerks.get(state.clerk or ""),
                notice=notice,
                announcement=announcement,
                fault=condition.reminder,
            )
        case Asking(phone=Phone.SHOWN) as asking:
            return Snapshot(
                number,
                Screen.PHONE,
                asking.language,
                window,
                clerk=asking.invitation.clerk,
                clerk_shown=clerks.get(asking.invitation.clerk or ""),
                countdown=Countdown(asking.until_ms, rules.answer_ms),
                address=address,
                fault=condition.warning,
            )
        case Asking() as asking:
            total_ms = rules.answer_ms if asking.standing is None else rules.reasons_ms
            return Snapshot(
                number,
                Screen.LEVEL,
                asking.language,
                window,
                clerk=asking.invitation.clerk,
                clerk_shown=clerks.get(asking.invitation.clerk or ""),
                matter=asking.invitation.handling.task_name if asking.invitation.handling else None,
                countdown=_countdown(asking.until_ms, total_ms, last_ms=last_answer_ms(asking, rules)),
                pressed=_level(tentative, rules),
                standing=asking.standing.level if asking.standing else None,
                changing=asking.standing is not None,
                key_levels=rules.key_levels,
                phone_offered=may_go_to_phone(asking, rules),
                fault=condition.warning,
            )
        case Reasons() as reasons:
            level = reasons.said.level
            shown = rules.indicators.page(level, reasons.page, PAGE)
            return Snapshot(
                number,
                Screen.REASONS,
                reasons.language,
                window,
                clerk=reasons.invitation.clerk,
                clerk_shown=clerks.get(reasons.invitation.clerk or ""),
                countdown=_countdown(reasons.until_ms, rules.reasons_ms, last_ms=reasons.ends_by_ms),
                reasons=tuple(
                    Reason(key, indicator.code, indicator.text, indicator.code in reasons.said.chosen)
                    for key, indicator in enumerate(shown, start=1)
                ),
                page=reasons.page,
                pages=rules.indicators.pages(level, PAGE),
                words_offered=rules.words_offered and not reasons.invitation.test,
                receipts_offered=bool(rules.receipt_url) and not reasons.invitation.test,
                fault=condition.warning,
            )
        case Words() as words:
            return Snapshot(
                number,
                Screen.WORDS,
                words.language,
                window,
                clerk=words.invitation.clerk,
                clerk_shown=clerks.get(words.invitation.clerk or ""),
                countdown=_countdown(words.until_ms, rules.words_ms, last_ms=words.ends_by_ms),
                fault=condition.warning,
            )
        case Receipt() as receipt:
            return Snapshot(
                number,
                Screen.RECEIPT,
                receipt.language,
                window,
                clerk=receipt.invitation.clerk,
                clerk_shown=clerks.get(receipt.invitation.clerk or ""),
                countdown=_countdown(receipt.until_ms, receipt.time_ms, last_ms=receipt.ends_by_ms),
                receipt=receipt.code,
                receipt_address=f"{rules.receipt_url}?code={receipt.code}" if receipt.code else None,
                fault=condition.warning,
            )
        case Thanks() as thanks:
            return Snapshot(
                number,
                Screen.THANKS,
                thanks.language,
                window,
                clerk=thanks.invitation.clerk,
                clerk_shown=clerks.get(thanks.invitation.clerk or ""),
                declined=thanks.declined,
                by_phone=thanks.by_phone,
                fault=condition.warning,
            )
        case Cleaning(until_ms):
            return Snapshot(
                number,
                Screen.CLEANING,
                state.language,
                window,
                countdown=Countdown(until_ms, rules.cleaning_ms),
            )


def _countdown(until_ms: int, total_ms: int, *, last_ms: int) -> Countdown:
    return Countdown(until_ms, total_ms, warns_ms(until_ms, total_ms), last=until_ms >= last_ms)


def _is_short(countdown: Countdown | None, now_ms: int) -> bool:
    return countdown is not None and countdown.warns_ms is not None and now_ms >= countdown.warns_ms


def _level(choice: Choice | None, rules: Rules) -> Level | None:
    match choice:
        case KeyChoice(key):
            return rules.level_of(key)
        case LevelTile(level):
            return level
        case _:
            return None
