"""The door of the page: who comes in, by what, for how long."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from starlette.responses import Response

from device.clock import Clock
from province.passwords import Passwords
from province.role import Principal
from province.store import access, attempts, users
from province.store.database import Database
from province.web.drawing import Drawing
from province.web.words import CHINESE, choose_language

COOKIE = "operator"
LANGUAGE = "lang"
YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Closed:
    """Nobody is let in under this name for so long."""

    wait_s: int


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody looking at the page; `principal` None: not logged in. `stale`: their session has ended."""

    language: str
    session: str | None
    principal: Principal | None

    @property
    def stale(self) -> bool:
        """Whether a session they had has ended."""
        return self.session is not None and self.principal is None

    @property
    def form_token(self) -> str:
        """What their forms carry."""
        return access.form_token(self.session) if self.session else ""

    def sent(self, form: Mapping[str, str]) -> bool:
        """Whether a form was drawn for this session."""
        return self.session is not None and hmac.compare_digest(
            form.get("token", "").encode(), self.form_token.encode()
        )


class Door:
    """Lets visitors in. Any thread; the checks of passwords take their time."""

    def __init__(self, database: Database, *, clock: Clock, passwords: Passwords, secure: bool) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._secure = secure
        self.drawing = Drawing()

    def visitor(self, request: Request) -> Visitor:
        """Who sends this request; that they did keeps their session from going idle."""
        visitor = self.visitor_at_rest(request)
        if visitor.session is not None and visitor.principal is not None:
            self._note_use(visitor.session)
        return visitor

    def visitor_at_rest(self, request: Request) -> Visitor:
        """Who sends this request, without its being a use of their session."""
        session = request.cookies.get(COOKIE, "")[:100] or None
        principal = self.principal_of(session)
        asked = request.query_params.get("lang")
        return Visitor(choose_language(asked, request.cookies.get(LANGUAGE)), session, principal)

    def principal_of(self, session: str | None) -> Principal | None:
        """Whose session this is. To look at the page as it changes is no use of it."""
        if session is None:
            return None
        with self._database.read() as connection:
            return access.find_session(connection, session, self._now)

    def enter_once(self, once: str) -> str | None:
        """The session that a one-time login opens, None when it is no longer good."""
        with self._database.write() as connection:
            return access.open_session(connection, once, self._now)

    def enter(self, name: str, password: str) -> str | Closed | None:
        """The session of a user; None for a wrong password, or a name that nobody has."""
        with self._database.read() as connection:
            until = attempts.closed_until(connection, name, self._now)
            kept = users.password_hash_of(connection, name)
        if until is not None:
            return Closed(max(1, round((until - self._now).total_seconds())))
        right = self._passwords.holds(kept, password)
        with self._database.write() as connection:
            if not right:
                attempts.note_failure(connection, name, self._now)
                return None
            # Whoever changed the password or disabled the user meanwhile has the last word.
            if users.password_hash_of(connection, name) != kept:
                return None
            attempts.forget(connection, name)
            return access.open_session_of(connection, name, self._now)

    def leave(self, session: str) -> None:
        """End a session."""
        with self._database.write() as connection:
            access.close_session(connection, session)

    def give(self, answer: Response, session: str) -> Response:
        """`answer`, with the session for the browser to keep."""
        answer.set_cookie(
            COOKIE,
            session,
            max_age=int(access.SESSION.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )
        return answer

    def remember_language(self, answer: Response, request: Request, language: str) -> Response:
        """`answer`, with the language for the browser to keep when it was asked for just now."""
        kept = request.cookies.get(LANGUAGE, CHINESE)
        if "lang" in request.query_params and kept != language:
            answer.set_cookie(
                LANGUAGE, language, max_age=YEAR_S, httponly=True, samesite="lax", secure=self._secure
            )
        return answer

    def give_form_secret(self, answer: Response, secret: str) -> Response:
        """`answer`, with the other half of what the login form carries."""
        answer.set_cookie("form", secret, httponly=True, samesite="strict", secure=self._secure)
        return answer

    def _note_use(self, session: str) -> None:
        with self._database.read() as connection:
            needed = access.needs_noting(connection, session, self._now)
        if needed:
            with self._database.write() as connection:
                access.note_use(connection, session, self._now)

    @property
    def _now(self) -> datetime:
        return self._clock.now().wall
