"""The stage: the root of the window, which holds the one screen that is shown and sees every touch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.input import MotionEvent
from kivy.uix.boxlayout import BoxLayout

from device.events import CornerTile, Target
from ui.corners import corner_at
from ui.layout import Layout
from ui.letter_size import ChangeSize
from ui.pinyin import PinyinBook
from ui.screens.cannot_record import CannotRecordScreen
from ui.screens.cleaning import CleaningScreen
from ui.screens.enlarged_level import EnlargedLevelScreen
from ui.screens.enlarged_reasons import EnlargedReasonsScreen
from ui.screens.idle import IdleScreen
from ui.screens.key_test import KeyTestScreen
from ui.screens.languages import LanguagesScreen
from ui.screens.level import LevelScreen
from ui.screens.paused import PausedScreen
from ui.screens.phone import PhoneScreen
from ui.screens.reasons import ReasonsScreen
from ui.screens.receipt import ReceiptScreen
from ui.screens.screen_widget import ScreenWidget
from ui.screens.spoken import SpokenScreen
from ui.screens.thanks import ThanksScreen
from ui.screens.words import WordsScreen
from ui.slices import Slices, pause
from ui.views import (
    CannotRecordView,
    ChooseLanguage,
    Choosing,
    CleaningView,
    IdleView,
    KeyTestView,
    LanguagesView,
    LevelView,
    PausedView,
    PhoneView,
    ReasonsView,
    ReceiptView,
    SpokenView,
    ThanksView,
    View,
    WordsView,
    header_of,
)
from ui.widgets.drawn import draw_rest, draw_soon
from ui.widgets.touchable import Touchable, touchable_at
from ui.writing import Stroke, Writing

SCREENS: dict[type, type[ScreenWidget]] = {
    IdleView: IdleScreen,
    LevelView: LevelScreen,
    PhoneView: PhoneScreen,
    ReasonsView: ReasonsScreen,
    WordsView: WordsScreen,
    ReceiptView: ReceiptScreen,
    ThanksView: ThanksScreen,
    PausedView: PausedScreen,
    CannotRecordView: CannotRecordScreen,
    KeyTestView: KeyTestScreen,
    SpokenView: SpokenScreen,
    CleaningView: CleaningScreen,
}

LARGER: dict[type, type[ScreenWidget]] = {
    LevelView: EnlargedLevelScreen,
    ReasonsView: EnlargedReasonsScreen,
}
"""Those that are arranged in another way for larger letters."""

CHOOSING_S = 20
"""Languages that somebody left open go by themselves."""

DEAF_S = 0.4
"""A second tap of the same finger is nothing for the screen that comes back under it."""


class Stage(BoxLayout):
    """Shows one view at a time. Kivy's thread.

    `on_finger_down(touch, target)` and `on_finger_up(touch)` are told of every finger, wherever it is, but
    for one that types: of that `on_typed()` is told alone. `on_letters()`: they are to have the other size;
    its finger is told of as one beside every target, so that a palm stays a palm. `book`: the characters
    that can be typed.
    """

    def __init__(
        self,
        *,
        on_finger_down: Callable[[str, Target | None], None],
        on_finger_up: Callable[[str], None],
        on_typed: Callable[[], None],
        on_letters: Callable[[], None],
        book: PinyinBook,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._on_finger_down = on_finger_down
        self._on_finger_up = on_finger_up
        self._on_typed = on_typed
        self._on_letters = on_letters
        self._book = book
        self._typing: set[str] = set()
        self._screens: dict[tuple[type, Layout], ScreenWidget] = {}
        self._making: dict[tuple[type, Layout], Slices] = {}
        self._shown: ScreenWidget | None = None
        self._pressed: dict[str, Touchable] = {}
        self._languages: LanguagesScreen | None = None
        self._choosers: dict[tuple[LanguagesView, Layout], LanguagesScreen] = {}
        self._visit: str | None = None
        self._close_later = Clock.create_trigger(self._close_languages, CHOOSING_S)
        self.deaf = False
        self._hear_again = Clock.create_trigger(self._hear, DEAF_S)

    def show_view(self, view: View, layout: Layout, visit: str | None = None) -> None:
        """Copy `view` to its screen in `layout` and bring that one on.

        Languages that were left open are not over a screen of another `visit`.
        """
        if (work := self._making.get((type(view), layout))) is not None:
            work.finish()
        screen = self._screens.get((type(view), layout))
        if screen is None:
            screen = self._make(view, layout)
        else:
            screen.view = view
        if self._languages is not None and header_of(view).languages != self._languages.view:
            self._close_languages()  # one was chosen
        if visit != self._visit:
            self._close_languages()
            self._visit = visit
        if screen is not self._shown:
            self._close_languages()
            self._release_all()
            self.clear_widgets()
            if self._shown is not None:
                self._shown.leave()
            if self._shown is not None and type(self._shown.view) is type(view):
                self._be_deaf()  # its letters have another size, and something else is under the finger
            self._shown = screen
            self._bring_on(screen)

    def missing(self, view: View, layout: Layout) -> Slices | None:
        """The work that the screen of `view` waits for: it is not made yet, or half dressed as another."""
        key = (type(view), layout)
        if key not in self._making and key not in self._screens:
            self._making[key] = Slices(lambda: self._prepare(view, layout))
        return self._making.get(key)

    def rehearse(self, view: View, layout: Layout) -> Slices:
        """The work of making the screen of `view`, and of drawing what is new in it while it is not on.

        Where the screen is there, also that of making its languages to choose from.
        """
        work = self.missing(view, layout)
        if work is None:
            work = self._making[type(view), layout] = Slices(lambda: self._dress(view, layout))
        return work

    def _prepare(self, view: View, layout: Layout) -> None:
        _draw_unseen(self._make(view, layout))
        self._making.pop((type(view), layout), None)  # another size of the window may have forgotten it

    def _dress(self, view: View, layout: Layout) -> None:
        screen = self._screens.get((type(view), layout))
        if screen is not None and screen is not self._shown:
            screen.view = view
            _draw_unseen(screen)
        self._making.pop((type(view), layout), None)
        offered = header_of(view).languages
        if offered is not None and (offered, layout) not in self._choosers:
            chooser = self._chooser(offered, layout)
            chooser.do_layout()
            pause()
            draw_rest(chooser)

    def _chooser(self, offered: LanguagesView, layout: Layout) -> LanguagesScreen:
        """The languages to choose from, one screen for each language that they are offered in."""
        chooser = self._choosers.get((offered, layout))
        if chooser is None:
            chooser = LanguagesScreen(view=offered, layout=layout, size=(layout.width, layout.height))
            self._choosers[offered, layout] = chooser
        return chooser

    def _make(self, view: View, layout: Layout) -> ScreenWidget:
        kind, size = type(view), (layout.width, layout.height)
        more = {"book": self._book} if kind is WordsView else {}
        made = LARGER.get(kind, SCREENS[kind]) if layout.enlarged else SCREENS[kind]
        screen = self._screens[kind, layout] = made(view=view, layout=layout, size=size, **more)
        return screen

    @property
    def is_private(self) -> bool:
        """As `ScreenWidget.is_private`, of the screen that is on."""
        return self._shown is not None and self._shown.is_private

    def forget(self) -> None:
        """The window has another size: make the screens anew, beginning with the next view."""
        self._close_languages()
        self._release_all()
        self.clear_widgets()
        self._screens.clear()
        self._making.clear()
        self._choosers.clear()
        self._shown = None

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if "button" in touch.profile and touch.button != "left":
            return True  # a mouse's wheel and other buttons are no fingers
        if self.deaf:
            self._typing.add(str(touch.uid))
            return True
        front = self._languages or self._shown
        part = touchable_at(front, *touch.pos) if front else None
        if part is not None:
            part.pressed = True
            self._pressed[str(touch.uid)] = part
            if isinstance(part.target, Choosing):
                self._typing.add(str(touch.uid))
                self._choose(part.target)
                self._on_typed()
                return True
            if isinstance(part.target, ChangeSize):
                self._on_finger_down(str(touch.uid), None)
                self._on_letters()
                self._be_deaf()
                return True
            if isinstance(part.target, Stroke):
                self._typing.add(str(touch.uid))
                assert self._shown is not None
                self._shown.strike(part.target)
                self._on_typed()
                return True
        if self._languages is not None:
            if part is None:
                self._typing.add(str(touch.uid))  # beside every language: nothing for the screen below
                self._on_typed()
            else:
                self._on_finger_down(str(touch.uid), part.target)
            return True
        target = part.target if part else self._corner(touch)
        self._on_finger_down(str(touch.uid), self._shown.aim(target) if self._shown else None)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        if "button" in touch.profile and touch.button != "left":
            return True
        part = self._pressed.pop(str(touch.uid), None)
        if part is not None:
            part.pressed = part in self._pressed.values()
        if str(touch.uid) in self._typing:
            self._typing.remove(str(touch.uid))
            return True
        self._on_finger_up(str(touch.uid))
        return True

    def _corner(self, touch: MotionEvent) -> CornerTile | None:
        if not isinstance(self._shown, IdleScreen):
            return None
        corner = corner_at(touch.x, touch.y, self._shown.layout)
        return None if corner is None else CornerTile(corner)

    def bring(self, touched: Writing | ChooseLanguage | ChangeSize) -> None:
        """Bring on what fingers would on the screen that is shown: words, the languages, other letters."""
        if isinstance(touched, ChooseLanguage):
            self._choose(touched)
        elif isinstance(touched, ChangeSize):
            self._on_letters()
        elif isinstance(self._shown, WordsScreen):
            self._shown.write(touched)

    def _choose(self, choosing: Choosing) -> None:
        """Bring the languages on over the screen, or the screen back."""
        assert self._shown is not None
        offered = header_of(self._shown.view).languages
        if not isinstance(choosing, ChooseLanguage) or offered is None:
            self._close_languages()
            return
        self._release_all()
        self.clear_widgets()
        self._languages = self._chooser(offered, self._shown.layout)
        self._bring_on(self._languages)
        self._close_later()

    def _bring_on(self, screen: ScreenWidget | LanguagesScreen) -> None:
        self.add_widget(screen)
        draw_soon(screen)

    def _close_languages(self, *_: object) -> None:
        if self._languages is None:
            return
        self._close_later.cancel()
        self._languages = None
        self._release_all()
        self.clear_widgets()
        if self._shown is not None:
            self._bring_on(self._shown)
        self._be_deaf()

    def _be_deaf(self) -> None:
        self.deaf = True
        self._hear_again()

    def _hear(self, *_: object) -> None:
        self.deaf = False

    def _release_all(self) -> None:
        for part in self._pressed.values():
            part.pressed = False
        self._pressed.clear()


def _draw_unseen(screen: ScreenWidget) -> None:
    for part in screen.parts:
        part.do_layout()  # while it was made it did not hear of its own changes
        pause()  # for what is in it
        draw_rest(part)
