"""The pages on which a citizen rates on their own phone: no login, no script, two forms and thanks."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from device.clock import Clock
from device.confided import MOST_DIGITS, MOST_WORDS, Confided, is_number, is_text
from device.level import Level
from province.errors import StoreError
from province.phone.desk import PhoneDesk, Place, Taken, Unable
from province.phone.limits import HourlyLimit
from province.web.drawing import Drawing
from province.web.forms import read_fields
from province.web.phone_faces import FACES
from province.web.words import CHINESE, ENGLISH, LANGUAGES, Words

CONSENT_ID = "2026-1"  # of the same sentence as on the device: another sentence, another id
COOKIE = "rates"
LEVELS = frozenset({"1", "2", "3", "4", "5"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}
_STATUS = {Unable.UNKNOWN: 404, Unable.OVER: 410, Unable.USED: 200}
_DAY_S = 24 * 3600

Fields = Annotated[Mapping[str, str], Depends(read_fields)]


class PhonePages:
    """Draws them. Any thread."""

    def __init__(
        self, desk: PhoneDesk, *, clock: Clock, drawing: Drawing, per_window: int, per_address: int
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._drawing = drawing
        self._windows = HourlyLimit(per_window)
        self._addresses = HourlyLimit(per_address)
        self._browsers = HourlyLimit(1)
        self._at_posters = threading.Lock()  # held from the look at the bounds until the rating is counted

    def ask(self, request: Request, token: str) -> Response:
        """The five levels of a visit, or why not."""
        place = self._desk.of_link(token)
        if isinstance(place, Unable):
            return self._say(request, place.value, _STATUS[place])
        return self._levels(request, place)

    def ask_window(self, request: Request, token: str) -> Response:
        """The same at a poster. The cookie says that the form comes back from here."""
        place = self._desk.of_window(token)
        if isinstance(place, Unable):
            return self._say(request, place.value, _STATUS[place])
        answer = self._levels(request, place)
        if COOKIE not in request.cookies:
            answer.set_cookie(
                COOKIE, secrets.token_urlsafe(16), max_age=_DAY_S, path="/w/", httponly=True, samesite="lax"
            )
        return answer

    def take(self, request: Request, token: str, fields: Mapping[str, str]) -> Response:
        """What a form of a visit says: a level, or what is added to it."""
        if "pass" in fields:
            return self._add(request, fields)
        place = self._desk.of_link(token)
        if isinstance(place, Unable):
            return self._say(request, place.value, _STATUS[place])
        assert place.visit is not None
        return self._rate(request, place, fields, place.visit)

    def take_window(self, request: Request, token: str, fields: Mapping[str, str]) -> Response:
        """The same at a poster, within its bounds."""
        if "pass" in fields:
            return self._add(request, fields)
        place = self._desk.of_window(token)
        if isinstance(place, Unable):
            return self._say(request, place.value, _STATUS[place])
        browser = request.cookies.get(COOKIE, "")[:64]
        if not browser:
            return self._say(request, "cookie", 403)
        if fields.get("level", "") not in LEVELS:
            return self._levels(request, place)  # asks for nothing, and takes nobody's turn
        with self._at_posters:
            return self._take_within_bounds(request, place, fields, browser)

    def failed(self, request: Request) -> Response:
        """The database refuses: nothing is thanked."""
        return self._say(request, "failed", 503)

    def _take_within_bounds(
        self, request: Request, place: Place, fields: Mapping[str, str], browser: str
    ) -> Response:
        now_ms = self._clock.mono_ms()
        address = request.client.host if request.client else ""
        if not self._browsers.has_room(f"{place.window} {browser}", now_ms):
            return self._say(request, Unable.USED.value, 200)
        if not (
            self._windows.has_room(str(place.window), now_ms) and self._addresses.has_room(address, now_ms)
        ):
            return self._say(request, "busy", 429)
        answer = self._rate(request, place, fields, self._desk.new_visit())
        self._browsers.take(f"{place.window} {browser}", now_ms)
        self._windows.take(str(place.window), now_ms)
        self._addresses.take(address, now_ms)
        return answer

    def _rate(self, request: Request, place: Place, fields: Mapping[str, str], visit: str) -> Response:
        said = fields.get("level", "")
        if said not in LEVELS:
            return self._levels(request, place)
        level = Level(int(said))
        taken = self._desk.rate(place, level, language=language_of(request), visit=visit)
        if isinstance(taken, Unable):
            return self._say(request, taken.value, _STATUS[taken])
        return self._reasons(request, taken)

    def _add(self, request: Request, fields: Mapping[str, str]) -> Response:
        taken = self._desk.taken_by(fields["pass"])
        if taken is None:
            return self._say(request, Unable.UNKNOWN.value, 404)
        codes = [name.removeprefix("reason-") for name in fields if name.startswith("reason-")]
        words = fields.get("words", "").replace("\r\n", " ").replace("\n", " ")
        number = fields.get("number", "").replace(" ", "").replace("-", "")
        confided = None
        if self._desk.takes_words and (words or number):
            wrong = (
                "words_bad" if (words and not is_text(words)) or (number and not is_number(number)) else ""
            )
            if not wrong and not fields.get("consent"):
                wrong = "consent_needed"
            if wrong:
                return self._reasons(request, taken, codes=codes, words=words, number=number, wrong=wrong)
            confided = Confided(words or None, number or None, CONSENT_ID)
        added = self._desk.add(taken, codes, confided)
        return self._say(request, "thanks" if added else Unable.USED.value, 200)

    def _levels(self, request: Request, place: Place) -> Response:
        return self._draw(request, "phone_level", place=place, faces=FACES)

    def _reasons(
        self,
        request: Request,
        taken: Taken,
        *,
        codes: list[str] | None = None,
        words: str = "",
        number: str = "",
        wrong: str = "",
    ) -> Response:
        return self._draw(
            request,
            "phone_reasons",
            reasons=self._desk.reasons(taken),
            passed=self._desk.pass_of(taken),
            chosen=codes or [],
            words_offered=self._desk.takes_words,
            typed=words,
            number=number,
            wrong=wrong,
            most_words=MOST_WORDS,
            most_digits=MOST_DIGITS,
        )

    def _say(self, request: Request, what: str, status: int) -> Response:
        return self._draw(request, "phone_word", status, what=what)

    def _draw(self, request: Request, template: str, status: int = 200, /, **values: object) -> Response:
        language = language_of(request)
        other = ENGLISH if language == CHINESE else CHINESE
        text = self._drawing.draw(
            template, language, other=other, other_words=Words(other), path=request.url.path, **values
        )
        return HTMLResponse(text, status, headers=HEADERS)


def phone_pages(pages: PhonePages) -> APIRouter:
    """The paths that codes lead to."""
    router = APIRouter(include_in_schema=False)

    @router.get("/r/{token}", response_model=None)
    def ask(request: Request, token: str) -> Response:
        return _sure(pages, request, lambda: pages.ask(request, token))

    @router.post("/r/{token}", response_model=None)
    async def take(request: Request, token: str, fields: Fields) -> Response:
        return await run_in_threadpool(_sure, pages, request, lambda: pages.take(request, token, fields))

    @router.get("/w/{token}", response_model=None)
    def ask_window(request: Request, token: str) -> Response:
        return _sure(pages, request, lambda: pages.ask_window(request, token))

    @router.post("/w/{token}", response_model=None)
    async def take_window(request: Request, token: str, fields: Fields) -> Response:
        return await run_in_threadpool(
            _sure, pages, request, lambda: pages.take_window(request, token, fields)
        )

    return router


def language_of(request: Request) -> str:
    """The language that the address asks for, else the first that the browser wants and there is."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return str(asked)
    for wanted in request.headers.get("accept-language", "").lower().split(","):
        if wanted.strip().startswith("zh"):
            return CHINESE
        if wanted.strip().startswith("en"):
            return ENGLISH
    return CHINESE


def _sure(pages: PhonePages, request: Request, answer: Callable[[], Response]) -> Response:
    """The answer; a citizen who meets a database that refuses is told so kindly."""
    try:
        return answer()
    except StoreError:
        return pages.failed(request)
