"""What each screen says, decided in one place."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from device.clock import Moment
from device.events import Button, ButtonTile, LanguageTile, LevelTile, ReasonTile
from device.faults import Fault, Showing
from device.level import Level
from device.settings import UiSection
from device.snapshot import Countdown, Notice, Snapshot, WindowCard
from tests.ui import snapshots
from tests.ui.snapshots import NOW
from ui.presenter import present
from ui.texts import load_texts
from ui.views import (
    ButtonView,
    CannotRecordView,
    ChooseLanguage,
    CleaningView,
    IdleView,
    KeepLanguage,
    LanguagesView,
    LevelView,
    PausedView,
    ReasonsView,
    ThanksView,
    View,
    WarningView,
    header_of,
)

BOOK = load_texts()


def shown(snapshot: Snapshot, now: Moment = NOW) -> View:
    return present(snapshot, BOOK, now)


def idle(snapshot: Snapshot, now: Moment = NOW) -> IdleView:
    view = shown(snapshot, now)
    assert isinstance(view, IdleView)
    return view


def level(snapshot: Snapshot, now: Moment = NOW) -> LevelView:
    view = shown(snapshot, now)
    assert isinstance(view, LevelView)
    return view


def reasons(snapshot: Snapshot, now: Moment = NOW) -> ReasonsView:
    view = shown(snapshot, now)
    assert isinstance(view, ReasonsView)
    return view


def later(ms: int) -> Moment:
    return dataclasses.replace(NOW, mono_ms=NOW.mono_ms + ms)


def test_the_idle_screen_names_the_window_and_greets_in_both_languages() -> None:
    view = idle(snapshots.idle())
    assert (view.hall, view.number, view.name) == ("市政务服务中心", "07", "综合受理窗口")
    assert view.invitation == "办理完成后，欢迎您评价本次服务"
    assert view.greeting == "您好  ·  Welcome"
    assert idle(snapshots.idle("en")).greeting == "Welcome  ·  您好"
    assert view.clerk is None
    assert view.notice is None


@pytest.mark.parametrize(
    ("language", "date"), [("zh-Hans", "11月22日 星期日 10:15"), ("en", "Sunday 22 November 10:15")]
)
def test_the_idle_screen_tells_the_time_of_china(language: str, date: str) -> None:
    assert idle(snapshots.idle(language)).date == date


def test_the_idle_screen_says_something_else_when_the_minute_is_over() -> None:
    now = dataclasses.replace(NOW, wall=datetime(2026, 11, 22, 15, 59, 48, 250_000, tzinfo=UTC))
    view = idle(snapshots.idle(), now)
    assert view.date == "11月22日 星期日 23:59"
    assert view.changes_at_ms == now.mono_ms + 11_750


@pytest.mark.parametrize(
    ("notice", "sentence"),
    [
        (Notice.NOT_INVITED, "请稍候，办理完成后会请您评价"),
        (Notice.WELCOME, "您好，请问您要办理什么业务？"),
    ],
)
def test_a_notice_is_a_whole_sentence(notice: Notice, sentence: str) -> None:
    assert idle(snapshots.idle(notice=notice)).notice == sentence


def test_the_clerk_is_shown_as_the_counter_gave_it() -> None:
    assert idle(snapshots.idle(clerk="C0231")).clerk == "工号 C0231"
    assert level(snapshots.level("en")).header.clerk == "Staff no. C0231"
    assert level(snapshots.level(clerk=None)).header.clerk is None


def test_the_header_names_the_window_by_its_number_or_else_by_its_name() -> None:
    assert level(snapshots.level()).header.window == "07 号窗口"
    assert level(snapshots.level("en")).header.window == "Window 07"
    unnumbered = WindowCard("", "综合受理窗口", "")
    assert level(snapshots.level(window=unnumbered)).header.window == "综合受理窗口"


@pytest.mark.parametrize(
    ("language", "button"),
    [
        ("zh-Hans", ButtonView("English", LanguageTile("en"))),
        ("en", ButtonView("中文", LanguageTile("zh-Hans"))),
        ("bo", ButtonView("English", LanguageTile("en"))),  # which it does not speak
    ],
)
def test_the_language_button_names_the_other_language_in_that_language(
    language: str, button: ButtonView
) -> None:
    assert idle(snapshots.idle(language)).language == button
    assert level(snapshots.level(language)).header.language == button


def test_five_tiles_stand_in_the_one_order_with_words_in_both_languages() -> None:
    tiles = level(snapshots.level()).tiles
    assert [(tile.level, tile.word, tile.other_word) for tile in tiles] == [
        (5, "非常满意", "Very satisfied"),
        (4, "满意", "Satisfied"),
        (3, "基本满意", "Basically satisfied"),
        (2, "不满意", "Dissatisfied"),
        (1, "非常不满意", "Very dissatisfied"),
    ]
    assert [tile.target for tile in tiles] == [LevelTile(tile.level) for tile in tiles]
    english = level(snapshots.level("en")).tiles
    assert [(tile.level, tile.word, tile.other_word) for tile in english] == [
        (tile.level, tile.other_word, tile.word) for tile in tiles
    ]


@pytest.mark.parametrize("pressed", Level)
def test_the_pressed_tile_is_marked_alike_for_every_level(pressed: Level) -> None:
    tiles = level(snapshots.level(pressed=pressed)).tiles
    assert [tile.level for tile in tiles if tile.pressed] == [pressed]
    assert not any(tile.standing for tile in tiles)


def test_no_tile_is_marked_before_one_was_pressed() -> None:
    assert not any(tile.pressed or tile.standing for tile in level(snapshots.level()).tiles)


def test_when_changing_the_standing_level_is_marked_and_cannot_be_declined() -> None:
    view = level(snapshots.level(standing=Level.SATISFIED, changing=True))
    assert [tile.level for tile in view.tiles if tile.standing] == [Level.SATISFIED]
    assert not any(tile.pressed for tile in view.tiles)
    assert view.decline is None
    assert (view.title, view.promise) == ("请重新选择", "不另选择，则保留原来的评价")


def test_the_level_screen_promises_that_the_clerk_does_not_see() -> None:
    view = level(snapshots.level())
    assert (view.title, view.matter) == ("请评价本次服务", "居民身份证换领")
    assert view.promise == "窗口工作人员看不到您的选择"
    assert view.decline == ButtonView("暂不评价", ButtonTile(Button.DECLINE))


@pytest.mark.parametrize("of", Level)
def test_the_reasons_screen_says_the_same_whatever_the_level_but_for_the_reasons(of: Level) -> None:
    view = reasons(snapshots.reasons(of=of))
    bare = dataclasses.replace(view, reasons=())
    assert bare == dataclasses.replace(reasons(snapshots.reasons(of=Level(1))), reasons=())
    assert view.title == "谢谢，评价已保存"


def test_reasons_keep_their_official_words_in_chinese_and_their_codes_in_every_language() -> None:
    english = reasons(snapshots.reasons("en")).reasons
    assert [(r.text, r.target) for r in english][:2] == [
        ("No sample papers were provided", ReasonTile("207")),
        ("No list of papers was provided", ReasonTile("208")),
    ]
    for language in ("zh-Hans", "xx"):
        view = reasons(snapshots.reasons(language))
        assert [(r.figure, r.text, r.chosen, r.target) for r in view.reasons] == [
            ("1", "没有提供材料样本", False, ReasonTile("207")),
            ("2", "没有提供材料清单", True, ReasonTile("208")),
            ("3", "未在承诺时间内办结", False, ReasonTile("209")),
        ]


def test_more_reasons_are_offered_only_when_there_are() -> None:
    assert reasons(snapshots.reasons(pages=3)).more == ButtonView("更多原因", ButtonTile(Button.MORE), "4")
    assert reasons(snapshots.reasons(pages=1)).more is None


def test_reasons_can_be_changed_or_finished() -> None:
    view = reasons(snapshots.reasons())
    assert view.change == ButtonView("更改", ButtonTile(Button.CHANGE))
    assert view.finish == ButtonView("完成", ButtonTile(Button.FINISH), "5")


@pytest.mark.parametrize(
    ("passed_ms", "seconds", "part", "changes_in_ms"),
    [
        (0, 42, 0.7, 1000),
        (1, 42, 0.7, 999),
        (999, 42, 0.7, 1),
        (1000, 41, 41 / 60, 1000),
        (41_001, 1, 1 / 60, 999),
        (42_000, 0, 0.0, None),
        (50_000, 0, 0.0, None),
    ],
)
def test_the_time_left_goes_down_by_whole_seconds(
    passed_ms: int, seconds: int, part: float, changes_in_ms: int | None
) -> None:
    now = later(passed_ms)
    view = level(snapshots.level(), now)
    assert view.time_left is not None
    assert view.time_left.text == f"还剩 {seconds} 秒，触摸屏幕可延长"
    assert view.time_left.part == pytest.approx(part)
    assert view.changes_at_ms == (None if changes_in_ms is None else now.mono_ms + changes_in_ms)


def test_a_change_of_the_seconds_is_due_exactly_when_they_change() -> None:
    view = reasons(snapshots.reasons(), later(300))
    assert view.changes_at_ms is not None
    just_before = dataclasses.replace(NOW, mono_ms=view.changes_at_ms - 1)
    at = dataclasses.replace(NOW, mono_ms=view.changes_at_ms)
    assert reasons(snapshots.reasons(), just_before).time_left == view.time_left
    assert reasons(snapshots.reasons(), at).time_left != view.time_left


def test_a_time_bar_is_never_fuller_than_full() -> None:
    view = level(snapshots.level(countdown=Countdown(NOW.mono_ms + 90_000, 60_000)))
    assert view.time_left is not None
    assert view.time_left.part == 1


def test_without_a_countdown_there_is_no_time_and_nothing_changes_by_itself() -> None:
    view = level(snapshots.level(countdown=None))
    assert (view.time_left, view.changes_at_ms) == (None, None)


def test_thanks_do_not_say_for_what() -> None:
    view = shown(snapshots.thanks())
    assert isinstance(view, ThanksView)
    assert (view.title, view.sentence) == ("感谢您的评价", "已保存在本机，将自动上报")


def test_a_paused_window_sends_the_citizen_on() -> None:
    view = shown(snapshots.paused())
    assert isinstance(view, PausedView)
    assert (view.title, view.sentence) == ("本窗口暂停服务", "请到其他窗口办理，或询问大厅引导员")


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault.showing is Showing.FULL])
def test_a_device_that_cannot_record_says_which_fault_it_has(fault: Fault) -> None:
    view = shown(snapshots.cannot_record(fault=fault))
    assert isinstance(view, CannotRecordView)
    words = BOOK.of("zh-Hans").faults[fault]
    for_good = fault is Fault.OUT_OF_SERVICE
    assert view.title == ("本机已停止使用" if for_good else "本机暂时不能记录评价")
    assert (view.fault, view.next, view.code) == (words.sentence, words.next, fault.value)


def test_only_where_a_qr_code_is_at_the_window_is_one_spoken_of() -> None:
    without, with_one = (shown(snapshots.cannot_record(poster=poster)) for poster in (False, True))
    assert isinstance(without, CannotRecordView)
    assert isinstance(with_one, CannotRecordView)
    assert "二维码" not in without.sentence
    assert "二维码" in with_one.sentence


def test_a_fault_that_the_screen_does_not_know_is_still_shown_with_its_code() -> None:
    view = shown(snapshots.cannot_record(fault="F-999"))
    assert isinstance(view, CannotRecordView)
    assert (view.fault, view.code) == ("设备故障", "F-999")


def test_a_fault_that_does_not_stop_the_rating_is_a_warning_on_every_other_screen() -> None:
    warning = WarningView("按键失灵，请触摸屏幕", "F-021")
    for make in (snapshots.idle, snapshots.level, snapshots.reasons, snapshots.thanks, snapshots.paused):
        view = shown(make(fault=Fault.PANEL_LOST))
        assert not isinstance(view, CannotRecordView)
        assert view.warning == warning
        sound = shown(make())
        assert not isinstance(sound, CannotRecordView)
        assert sound.warning is None


def test_after_declining_nothing_is_said_to_be_saved() -> None:
    view = shown(snapshots.declined())
    assert isinstance(view, ThanksView)
    assert "保存" not in view.title + view.sentence


def test_a_device_that_does_not_know_the_time_shows_none() -> None:
    now = dataclasses.replace(NOW, quality="unknown")
    view = present(snapshots.idle(), BOOK, now)
    assert isinstance(view, IdleView)
    assert view.date == ""
    assert view.changes_at_ms == now.mono_ms + 1_000


def test_the_picture_of_the_clerk_is_beside_the_clerk_on_every_screen() -> None:
    assert idle(snapshots.idle(clerk="C0231", clerk_photo=snapshots.PHOTO)).photo == snapshots.PHOTO
    assert level(snapshots.level(clerk_photo=snapshots.PHOTO)).header.photo == snapshots.PHOTO
    assert reasons(snapshots.reasons(clerk_photo=snapshots.PHOTO)).header.photo == snapshots.PHOTO
    assert level(snapshots.level()).header.photo is None


def test_while_time_is_short_the_header_says_how_to_have_more() -> None:
    assert level(snapshots.level()).header.time_warning == ""
    view = level(snapshots.level(**snapshots.SHORT), later(2_000))
    assert view.header.time_warning == "还剩 18 秒，触摸任意处即可延长"
    assert view.time_left is not None
    assert view.time_left.short
    assert view.time_left.text == "还剩 18 秒"


def test_a_time_that_no_touch_puts_off_is_not_said_to_be_put_off() -> None:
    view = level(snapshots.level(**snapshots.LAST))
    assert view.header.time_warning == "还剩 9 秒，到时将自动结束"
    last = level(snapshots.level(countdown=Countdown(NOW.mono_ms + 42_000, 60_000, last=True)))
    assert last.time_left is not None
    assert last.time_left.text == "还剩 42 秒"


HALL = UiSection(languages=("zh-Hans", "en", "bo", "ug", "ii"), unreviewed=("bo", "ug", "ii"))


def in_hall(snapshot: Snapshot) -> View:
    return present(snapshot, load_texts(HALL), NOW)


def test_the_idle_screen_greets_in_the_halls_languages_each_greeting_once() -> None:
    view = in_hall(snapshots.idle("bo"))
    assert isinstance(view, IdleView)
    assert view.greeting == "བཀྲ་ཤིས་བདེ་ལེགས།  ·  您好  ·  Welcome  ·  خۇش كەپسىز"


def test_more_than_two_languages_are_offered_to_choose_from_on_every_screen() -> None:
    for name, snapshot in snapshots.samples("en").items():
        header = header_of(in_hall(snapshot))
        if isinstance(header, CleaningView):
            continue  # nothing can be touched while it is wiped
        assert header.language is not None
        assert header.language.target == ChooseLanguage(), name
        assert header.languages == LanguagesView(
            "Please choose a language",
            (
                ButtonView("中文", LanguageTile("zh-Hans")),
                ButtonView("English", KeepLanguage()),
                ButtonView("བོད་ཡིག", LanguageTile("bo")),
                ButtonView("ئۇيغۇرچە", LanguageTile("ug")),
                ButtonView("ꆈꌠꉙ", LanguageTile("ii")),
            ),
        )


def test_two_languages_are_no_choice_and_one_has_no_button() -> None:
    assert header_of(shown(snapshots.level())).languages is None
    alone = load_texts(UiSection(languages=("zh-Hans",)))
    view = present(snapshots.level(), alone, NOW)
    assert isinstance(view, LevelView)
    assert view.header.language is None
    assert {tile.other_word for tile in view.tiles} == {""}


def test_the_second_words_of_a_tile_are_those_of_the_halls_first_other_language() -> None:
    for language, other in (("zh-Hans", "Very satisfied"), ("bo", "非常满意"), ("ii", "Very satisfied")):
        view = in_hall(snapshots.level(language))
        assert isinstance(view, LevelView)
        assert view.tiles[0].other_word == other, language


def test_only_what_is_read_from_the_right_is_mirrored() -> None:
    assert {
        language: header_of(in_hall(snapshots.level(language))).mirrored for language in HALL.languages
    } == {"zh-Hans": False, "en": False, "bo": False, "ug": True, "ii": False}
