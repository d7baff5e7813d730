"""The pages behind the login, drawn from the database as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import quote, urlencode

import sqlalchemy as sa

from device.clock import Clock
from province.device_list import Asked, State, list_of, selected
from province.device_table import device_table
from province.role import Principal
from province.roster import roster_for
from province.store import alarms, places, tokens, users, windows
from province.store.database import Database
from province.web.device_page import read_device
from province.web.door import Visitor
from province.web.drawing import PATHS, Drawing, pages_of
from province.web.halls import read_halls
from province.web.overview import read_overview
from province.web.window_page import read_window
from province.web.words import CHINESE, ENGLISH, Words

ALARMS = 100

Said = Mapping[str, str]
NOTHING: Said = MappingProxyType({})
"""What the address of a page says after its path."""


class Pages:
    """Draws the pages from the database as it is now. Any thread."""

    def __init__(self, database: Database, *, clock: Clock, drawing: Drawing) -> None:
        self._database = database
        self._clock = clock
        self._drawing = drawing

    def page(
        self, name: str, visitor: Visitor, who: Principal, *, fault: str = "", asked: Said = NOTHING
    ) -> str:
        """The whole page `name`; `fault`: why a form was refused, `asked`: what its address asks for."""
        board = self.board(name, visitor, who, asked)
        before, path = "", PATHS[name]
        source = "" if name == "users" else urlencode({"page": name})
        if name == "devices":
            wanted = Asked.read(asked)
            query = wanted.address(sheet=wanted.sheet)
            before = self._filter(wanted, visitor, who)
            if query:
                path, source = f"{path}?{query}", f"{source}&{query}"
        return self._around(board, name, path, visitor, who, fault=fault, source=source, before=before)

    def device(
        self, device: str, visitor: Visitor, who: Principal, *, left: Sequence[str] = (), fault: str = ""
    ) -> str | None:
        """The page of one device; None when `who` sees none of this id. `left`: what is still to be done."""
        with self._database.read() as connection:
            found = read_device(connection, device, who)
        if found is None:
            return None
        drawing, language = self._drawing, visitor.language
        return self._around(
            drawing.draw("device", language, who=who, found=found),
            "device",
            f"/devices/{quote(device, safe='')}",
            visitor,
            who,
            fault=fault,
            source=urlencode({"page": "device", "id": device}),
            before=drawing.draw("left", language, left=left) if left else "",
            after=drawing.draw("device_acts", language, entry=found.entry, token=visitor.form_token)
            if who.is_operator
            else "",
        )

    def table(self, visitor: Visitor, who: Principal, asked: Said) -> bytes:
        """The devices that are asked for, all of them, for a spreadsheet."""
        words = Words(visitor.language)
        with self._database.read() as connection:
            return device_table(
                selected(roster_for(connection, who, orders_too=False), Asked.read(asked)),
                lambda name: words[f"table.{name}"],
            )

    def _filter(self, asked: Asked, visitor: Visitor, who: Principal) -> str:
        with self._database.read() as connection:
            halls = places.all_halls(connection)
        shown = [hall for code, hall in halls.items() if who.hall in {None, code}]
        return self._drawing.draw(
            "devices_filter", visitor.language, asked=asked, halls=shown, states=list(State)
        )

    def window(self, code: str, visitor: Visitor, who: Principal) -> str | None:
        """The page of one window; None when nothing is known of it."""
        with self._database.read() as connection:
            found = read_window(connection, code)
        if found is None:
            return None
        board = self._drawing.draw("window", visitor.language, found=found)
        return self._around(board, "window", f"/window?code={quote(code, safe='')}", visitor, who)

    def _around(
        self,
        board: str,
        name: str,
        path: str,
        visitor: Visitor,
        who: Principal,
        *,
        fault: str = "",
        source: str = "",
        before: str = "",
        after: str = "",
    ) -> str:
        """The whole page with `board` in it, kept current from `source`; what is around it stays as it is."""
        with self._database.read() as connection:
            hall = places.all_halls(connection).get(who.hall) if who.hall else None
        return self._drawing.draw(
            "page",
            visitor.language,
            name=name,
            path=path,
            links=pages_of(who),
            who=who,
            hall=hall.name if hall else who.hall,
            other=ENGLISH if visitor.language == CHINESE else CHINESE,
            fault=fault,
            token=visitor.form_token,
            source=source,
            board=board,
            before=before,
            after=after,
        )

    def forbidden(self, visitor: Visitor) -> str:
        """The page for those who may not open the one they asked for."""
        return self._drawing.draw("forbidden", visitor.language)

    def board(self, name: str, visitor: Visitor, who: Principal, asked: Said = NOTHING) -> str:
        """The part of a page that changes; empty for a device that `who` does not see."""
        with self._database.read() as connection:
            if name == "device":
                found = read_device(connection, asked.get("id", ""), who)
                if found is None:
                    return ""
                return self._drawing.draw(name, visitor.language, who=who, found=found)
            values = self._read(connection, name, visitor, who, asked)
        return self._drawing.draw(name, visitor.language, who=who, token=visitor.form_token, **values)

    def _read(
        self, connection: sa.Connection, name: str, visitor: Visitor, who: Principal, asked: Said
    ) -> dict[str, object]:
        now = self._clock.now().wall
        match name:
            case "overview":
                return {"board": read_overview(connection, now, who, Words(visitor.language))}
            case "halls":
                return {"organisations": read_halls(connection, now, who)}
            case "devices":
                return {"shown": list_of(roster_for(connection, who, orders_too=False), Asked.read(asked))}
            case "alarms":
                return {"alarms": alarms.latest(connection, ALARMS)}
            case _:
                return {
                    "users": users.all_users(connection),
                    "tokens": tokens.all_tokens(connection),
                    "windows": list(windows.all_windows(connection).values()),
                    "halls": places.all_halls(connection),
                }
