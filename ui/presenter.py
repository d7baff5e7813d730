"""The presenter: the snapshot of the device turned into the words and marks of one screen. Pure."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from device.clock import CHINA, Moment
from device.events import Button, ButtonTile, ConfirmTile, LevelTile, ReasonTile
from device.key_test import KeyMark
from device.level import Level
from device.snapshot import Notice, Screen, Snapshot
from ui import around
from ui.columns import TILE_ORDER, spoken_columns
from ui.sight import ENLARGED
from ui.texts import TextBook, Texts
from ui.views import (
    ButtonView,
    CannotRecordView,
    CleaningView,
    IdleView,
    KeyBoxView,
    KeyTestView,
    LevelView,
    PausedView,
    PhoneView,
    ReasonsView,
    ReasonView,
    ReceiptView,
    SpokenView,
    ThanksView,
    TileView,
    View,
    WordsView,
)

REASON_KEYS = ("4", "5")
"""What turns the page of reasons, and what ends them (device.visit.choosing)."""


def present(snapshot: Snapshot, book: TextBook, now: Moment, *, enlarged: bool = False) -> View:
    """What the screen says at `now`. Everything that is decided about a screen is decided here.

    `enlarged`: the citizen has asked for larger letters.
    """
    view = _present(snapshot, book, now)
    if not isinstance(view, ENLARGED):
        return view
    letters = around.letters(book.of(snapshot.language), enlarged=enlarged)
    return dataclasses.replace(view, header=dataclasses.replace(view.header, letters=letters))


def _present(snapshot: Snapshot, book: TextBook, now: Moment) -> View:
    texts = book.of(snapshot.language)
    if snapshot.columns:
        return _spoken(snapshot, book, texts, now)
    match snapshot.screen:
        case Screen.IDLE:
            return _idle(snapshot, book, texts, now)
        case Screen.LEVEL:
            return _level(snapshot, book, texts, now)
        case Screen.REASONS:
            return _reasons(snapshot, book, texts, now)
        case Screen.WORDS:
            return _words(snapshot, book, texts, now)
        case Screen.PHONE:
            return _phone(snapshot, book, texts, now)
        case Screen.RECEIPT:
            return _receipt(snapshot, book, texts, now)
        case Screen.THANKS:
            return _thanks(snapshot, book, texts)
        case Screen.PAUSED:
            return PausedView(
                header=around.header(snapshot, book, texts),
                title=texts.paused_title,
                sentence=texts.paused_sentence,
                warning=around.warning(snapshot, texts),
            )
        case Screen.CANNOT_RECORD:
            return CannotRecordView(
                header=around.header(snapshot, book, texts),
                title=around.words_of(snapshot.fault, texts).title or texts.cannot_title,
                sentence=texts.cannot_sentence_poster if snapshot.poster else texts.cannot_sentence,
                fault=around.words_of(snapshot.fault, texts).sentence,
                next=around.words_of(snapshot.fault, texts).next,
                code=snapshot.fault or "",
            )
        case Screen.KEY_TEST:
            return _key_test(snapshot, book, texts, now)
        case Screen.CLEANING:
            others = [words.cleaning_title for _, words in book.others(snapshot.language)[:1]]
            return CleaningView(
                title=texts.cleaning_title,
                sentence="\n".join([texts.cleaning_sentence, *others]),
                time_left=around.time_left(snapshot, texts.seconds, now.mono_ms),
                changes_at_ms=around.next_second_ms(snapshot.countdown, now.mono_ms),
                mirrored=texts.mirrored,
            )


def _idle(snapshot: Snapshot, book: TextBook, texts: Texts, now: Moment) -> IdleView:
    notices = {Notice.NOT_INVITED: texts.not_invited, Notice.WELCOME: texts.welcome}
    greetings = (texts.greeting, *(other.greeting for _, other in book.others(snapshot.language)))
    local = now.wall.astimezone(CHINA)
    # A device that does not know the time shows none, and looks again soon.
    known = now.quality == "trusted"
    to_the_minute_ms = 60_000 - local.second * 1000 - local.microsecond // 1000
    return IdleView(
        hall=snapshot.window.hall,
        number=snapshot.window.number,
        name=snapshot.window.name,
        invitation=texts.invitation,
        greeting="  ·  ".join(dict.fromkeys(greetings)),
        notice=notices[snapshot.notice] if snapshot.notice else snapshot.announcement,
        clerk=around.clerk(snapshot, texts),
        language=around.language(snapshot, book),
        date=_date(local, texts) if known else "",
        warning=around.warning(snapshot, texts),
        changes_at_ms=now.mono_ms + (to_the_minute_ms if known else 1_000),
        photo=snapshot.clerk_photo,
        read_aloud=around.read_aloud(snapshot, texts),
        languages=around.languages(snapshot, book),
        mirrored=texts.mirrored,
    )


def _level(snapshot: Snapshot, book: TextBook, texts: Texts, now: Moment) -> LevelView:
    # A pack that has no level words of its own yet has the Chinese ones: they are not said twice.
    others = (words for _, words in book.others(snapshot.language))
    other = next((words for words in others if words.levels != texts.levels), None)
    enlarged = {level: "\n".join(parts) for level, parts in texts.level_parts.items()}
    tiles = tuple(
        TileView(
            level=level,
            figure=str(snapshot.key_levels.index(level) + 1),
            word=texts.levels[level],
            word_lines=texts.level_lines,
            other_word=other.levels[level] if other else "",
            other_lines=other.level_lines if other else 0,
            pressed=snapshot.pressed is level,
            standing=snapshot.changing and snapshot.standing is level,
            target=LevelTile(level),
            enlarged=enlarged[level],
            alike=tuple(enlarged.values()),
        )
        for level in map(Level, TILE_ORDER)
    )
    return LevelView(
        header=around.header(snapshot, book, texts, now.mono_ms),
        title=texts.changing_title if snapshot.changing else texts.level_title,
        matter=snapshot.matter,
        promise=texts.changing_promise if snapshot.changing else texts.level_promise,
        tiles=tiles,
        time_left=around.time_left(snapshot, around.extendable(snapshot, texts), now.mono_ms),
        # A level that stands cannot be declined any more: whoever wants to keep it leaves it, or touches it.
        decline=None if snapshot.changing else ButtonView(texts.decline, ButtonTile(Button.DECLINE)),
        phone=ButtonView(texts.phone, ButtonTile(Button.PHONE)) if snapshot.phone_offered else None,
        warning=around.warning(snapshot, texts),
        changes_at_ms=around.next_second_ms(snapshot.countdown, now.mono_ms),
    )


def _phone(snapshot: Snapshot, book: TextBook, texts: Texts, now: Moment) -> PhoneView:
    return PhoneView(
        header=around.header(snapshot, book, texts, now.mono_ms),
        title=texts.phone_title,
        hint=texts.phone_hint,
        note=texts.phone_note,
        address=snapshot.address,
        time_left=around.time_left(snapshot, around.extendable(snapshot, texts), now.mono_ms),
        back=ButtonView(texts.back, ButtonTile(Button.BACK)),
        scanned=ButtonView(texts.scanned, ButtonTile(Button.SCANNED)),
        warning=around.warning(snapshot, texts),
        changes_at_ms=around.next_second_ms(snapshot.countdown, now.mono_ms),
    )


def _thanks(snapshot: Snapshot, book: TextBook, texts: Texts) -> ThanksView:
    title, sentence = texts.thanks_title, texts.thanks_sentence
    if snapshot.declined:
        title, sentence = texts.declined_title, texts.declined_sentence
    elif snapshot.by_phone:
        title, sentence = texts.by_phone_title, texts.by_phone_sentence
    return ThanksView(
        header=around.header(snapshot, book, texts),
        title=title,
        sentence=sentence,
        warning=around.warning(snapshot, texts),
    )


def _reasons(snapshot: Snapshot, book: TextBook, texts: Texts, now: Moment) -> ReasonsView:
    more_key, finish_key = REASON_KEYS if snapshot.has_keys else ("", "")
    reasons = tuple(
        ReasonView(str(r.key), book.reason(snapshot.language, r.code, r.text), r.chosen, ReasonTile(r.code))
        for r in snapshot.reasons
    )
    return ReasonsView(
        header=around.header(snapshot, book, texts, now.mono_ms),
        title=texts.reasons_title,
        hint=texts.reasons_hint,
        reasons=reasons,
        time_left=around.time_left(snapshot, texts.seconds, now.mono_ms),
        change=ButtonView(texts.change, ButtonTile(Button.CHANGE)),
        words=ButtonView(texts.words, ButtonTile(Button.WORDS)) if snapshot.words_offered else None,
        receipt=(
            ButtonView(texts.receipt, ButtonTile(Button.RECEIPT)) if snapshot.receipts_offered else None
        ),
        more=ButtonView(texts.more, ButtonTile(Button.MORE), more_key) if snapshot.pages > 1 else None,
        finish=ButtonView(texts.finish, ButtonTile(Button.FINISH), finish_key),
        warning=around.warning(snapshot, texts),
        changes_at_ms=around.next_second_ms(snapshot.countdown, now.mono_ms),
        # Enlarged ones have their size from these, so that it tells no level. A province may have others.
        alike=tuple(dict.fromkeys((*book.reasons(snapshot.language), *(r.text for r in reasons)))),
    )


def _spoken(snapshot: Snapshot, book: TextBook, texts: Texts, now: Moment) -> SpokenView:
    columns = spoken_columns(snapshot, book)
    words = next((column.word for column in columns if column.explored), None)
    return SpokenView(
        header=around.header(snapshot, book, texts, now.mono_ms),
        title=texts.changing_title if snapshot.changing else texts.spoken_title,
        columns=columns,
        confirm=ButtonView(
            texts.spoken_nothing if words is None else texts.spoken_confirm.format(words=words), ConfirmTile()
        ),
        time_left=around.time_left(snapshot, texts.seconds, now.mono_ms),
        warning=around.warning(snapshot, texts),
        changes_at_ms=around.next_second_ms(snapshot.countdown, now.mono_ms),
    )


def _key_test(snapshot: Snapshot, book: TextBook, texts: Texts, now: Moment) -> KeyTestView:
    marks = snapshot.keys
    over = snapshot.countdown is None
    title, sentence = texts.key_test_title, texts.key_test_sentence
    if over and KeyMark.MISSING in marks:
        title, sentence = texts.key_test_missing_title, texts.key_test_missing_sentence
    elif over:
        title, sentence = texts.key_test_done_title, texts.key_test_done_sentence
    return KeyTestView(
        header=dataclasses.replace(around.header(snapshot, book, texts, now.mono_ms), test=texts.test),
        title=title,
        sentence=sentence,
        boxes=tuple(
            KeyBoxView(str(key), mark, texts.key_marks[mark]) for key, mark in enumerate(marks, start=1)
        ),
        over=over,
        time_left=around.time_left(snapshot, texts.seconds, now.mono_ms),
        warning=around.warning(snapshot, texts),
        changes_at_ms=around.next_second_ms(snapshot.countdown, now.mono_ms),
    )


def _words(snapshot: Snapshot, book: TextBook, texts: Texts, now: Moment) -> WordsView:
    return WordsView(
        header=around.header(snapshot, book, texts, now.mono_ms),
        language=snapshot.language,
        title=texts.words_title,
        hint=texts.words_hint,
        words_label=texts.words_label,
        words_empty=texts.words_empty,
        number_label=texts.number_label,
        number_empty=texts.number_empty,
        number_note=texts.number_note,
        consent=texts.consent,
        consent_id=texts.consent_id,
        consent_needed=texts.consent_needed,
        time_left=around.time_left(snapshot, texts.seconds, now.mono_ms),
        back=ButtonView(texts.back, ButtonTile(Button.BACK)),
        finish=ButtonView(texts.finish, ButtonTile(Button.FINISH)),
        done=texts.typed,
        keys=texts.keys,
        handy=texts.handy,
        warning=around.warning(snapshot, texts),
        changes_at_ms=around.next_second_ms(snapshot.countdown, now.mono_ms),
    )


def _receipt(snapshot: Snapshot, book: TextBook, texts: Texts, now: Moment) -> ReceiptView:
    code = snapshot.receipt
    return ReceiptView(
        header=around.header(snapshot, book, texts, now.mono_ms),
        title=texts.receipt_title if code is None else texts.receipt_code_title,
        hint=texts.receipt_hint if code is None else texts.receipt_code_hint,
        code=code,
        address=snapshot.receipt_address or "",
        keys=texts.keys,
        time_left=around.time_left(snapshot, texts.seconds, now.mono_ms),
        back=ButtonView(texts.back, ButtonTile(Button.BACK)),
        finish=ButtonView(texts.typed, ButtonTile(Button.FINISH)),
        changes_at_ms=around.next_second_ms(snapshot.countdown, now.mono_ms),
    )


def _date(local: datetime, texts: Texts) -> str:
    return texts.date.format(
        month=texts.months[local.month - 1],
        day=local.day,
        weekday=texts.weekdays[local.weekday()],
        time=f"{local:%H:%M}",
    )
