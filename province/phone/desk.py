"""The desk where ratings by phone are taken: once for each link, by whoever holds it."""

from __future__ import annotations

import base64
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from device.clock import Clock, wall_text
from device.confided import Confided
from device.indicators import IndicatorList
from device.level import Level
from device.phone_link import PhoneLink, read_link
from device.row import Flag, Outcome
from device.sealing import SealedBlob, SealingKey
from province.errors import StoreError
from province.ingest.mark import Mark
from province.phone.joining import of_the_visit
from province.phone.keys import PhoneKey
from province.phone.marks import Marks
from province.phone.rating_row import PhoneLog
from province.phone_log import phone_log
from province.store import ratings, registry, sealed, settings, windows
from province.store.database import Database
from province.store.sealed import Blob

log = logging.getLogger(__name__)

AHEAD = timedelta(days=1)  # that a device's clock may be before the province's
ADD_WITHIN = timedelta(minutes=30)


class Unable(StrEnum):
    """Why nothing can be rated here."""

    UNKNOWN = "unknown"  # a link of nobody, or one that was changed
    OVER = "over"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Place:
    """What is rated. `visit`: None where none has begun, at a window's poster."""

    device: str
    window: str | None
    assignment: int | None
    number: str
    name: str
    visit: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A level that is committed. `visit` and `device` name it to `add`;"""

    device: str
    visit: str


class PhoneDesk:
    """Any thread. What is taken is committed when a method returns; each may raise StoreError.

    `sealing` None: no words are taken. `tell`: that a visit of a device was rated, for it may still be on.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        key: PhoneKey,
        sealing: SealingKey | None,
        lasts: timedelta,
        national: IndicatorList,
        tell: Callable[[str, str], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._key = key
        self._sealing = sealing
        self._lasts = lasts
        self._national = national
        self._tell = tell
        self._marks = Marks(database, clock=clock)

    @property
    def takes_words(self) -> bool:
        """Whether there is a key to seal them to."""
        return self._sealing is not None

    def of_link(self, token: str) -> Place | Unable:
        """What the link of a device's visit is for."""
        found = read_link(token)
        if found is None:
            return Unable.UNKNOWN
        for device in self._marks.devices(found.link.mark):
            with self._database.read() as connection:
                known = registry.find(connection, device)
                if known is None or not found.holds(self._key.of_device(device, known.certificate)):
                    continue
                if known.revoked_at is not None or self._is_over(found.link):
                    return Unable.OVER
                if self._is_rated(connection, device, found.link.visit):
                    return Unable.USED
                return self._place(connection, device, found.link)
        return Unable.UNKNOWN

    def of_window(self, token: str) -> Place | Unable:
        """What the link on a window's poster is for: the device that serves there, or did last."""
        try:
            mark = base64.urlsafe_b64decode(token.encode("ascii"))[:8]
        except ValueError:
            return Unable.UNKNOWN
        window = self._key.window_of(token, self._marks.windows(mark))
        if window is None:
            return Unable.UNKNOWN
        with self._database.read() as connection:
            at = registry.serving(connection, window) or registry.assignments_to(connection, window)
            if not at:
                return Unable.OVER
            number, name = _sign(connection, window)
            return Place(at[0].device, window, at[0].number, number, name, None)

    def rate(self, place: Place, level: Level, *, language: str, visit: str) -> Taken | Unable:
        """Commit `level` for `visit`: that of the link, or a new one of a poster."""
        now = self._now
        invited = place.visit is not None
        said: dict[str, object] = {
            "visit": visit,
            "invite": {"id": visit, "via": "phone", "signed": False} if invited else None,
            "level": int(level),
            "indicators": [],
            "sealed": None,
            "anonymous": True,
            "handling": None,
            "window": place.window,
            "assignment": place.assignment,
            "clerk": None,
            "input": "touch",
            "language": language,
            "layout_id": "column5-desc-1",
            "invited_at": None,
            "flags": [] if invited else [Flag.UNINVITED.value],
        }
        with self._database.write() as connection:
            phone = PhoneLog(connection, place.device, now)
            phone.lock()
            if self._is_rated(connection, place.device, visit):
                return Unable.USED
            tail = ratings.tails(connection, place.device, [visit]).get(visit)
            if tail is not None:
                # The device's silence came first: it is held, and what it knows of the visit stands here.
                silence = ratings.find(connection, tail.log_id, tail.seq)
                assert silence is not None
                said |= of_the_visit(silence.row)
                held = (
                    tail.standing.uncounted(Mark.RATED_BY_PHONE) if tail.standing.counted else tail.standing
                )
                ratings.change(connection, tail.log_id, {tail.seq: held})
            said["indicator_list"] = self._indicators(connection, place.device).version
            phone.append(said)
        if invited and tail is None:
            self._tell_device(place.device, visit)
        return Taken(place.device, visit)

    def reasons(self, taken: Taken) -> tuple[tuple[str, str], ...]:
        """The official reasons of the level that was given, code and text."""
        with self._database.read() as connection:
            level = self._level(connection, taken)
            found = self._indicators(connection, taken.device)
        return () if level is None else tuple((i.code, i.text) for i in found.of_level(level))

    def add(self, taken: Taken, codes: list[str], confided: Confided | None) -> bool:
        """Add reasons, and what was confided, once and soon after the level; False when it is too late."""
        with self._database.write() as connection:
            phone = PhoneLog(connection, taken.device, self._now)
            log_id = phone.lock().log_id
            last = next(iter(ratings.of_visits(connection, log_id, [taken.visit])[::-1]), None)
            if last is None or last.row["indicators"] or last.row["sealed"] is not None:
                return False
            if datetime.fromisoformat(last.received_at) + ADD_WITHIN < self._now:
                return False
            offered = self._indicators(connection, taken.device).of_level(Level(last.row["level"]))
            chosen = [i.code for i in offered if i.code in codes]
            blob = self._seal(confided, taken.visit)
            if not chosen and blob is None:
                return True
            row = {name: value for name, value in last.row.items() if name not in {"hash", "seq", "at"}}
            seq, _ = phone.append(
                {
                    **row,
                    "replaces": last.seq,
                    "indicators": chosen,
                    "sealed": None if blob is None else {"sha256": blob.sha256, "purpose": blob.purpose},
                    "anonymous": confided is None or confided.contact is None,
                }
            )
            if blob is not None:
                kept = Blob(log_id, seq, blob.sha256, blob.kid, blob.suite, blob.enc, blob.ct)
                sealed.keep(connection, kept, device=taken.device, at=wall_text(self._now))
        return True

    def pass_of(self, taken: Taken) -> str:
        """What the form for reasons carries: whoever gave the level may add to it, nobody else."""
        return self._key.sign_pass(f"{taken.device}:{taken.visit}")

    def taken_by(self, text: str) -> Taken | None:
        """Whose form carries `text`."""
        said = self._key.read_pass(text)
        device, _, visit = (said or "").rpartition(":")
        return Taken(device, visit) if device else None

    @staticmethod
    def new_visit() -> str:
        """The visit of somebody at a poster."""
        return secrets.token_hex(16)

    def _tell_device(self, device: str, visit: str) -> None:
        try:
            self._tell(device, visit)
        except StoreError as error:
            # The rating is committed: its citizen is thanked, and the visit ends by its own time.
            log.warning("device not told that a visit was rated device=%s why=%s", device, error)

    def _seal(self, confided: Confided | None, visit: str) -> SealedBlob | None:
        if confided is None:
            return None
        if self._sealing is None:
            raise ValueError("words were taken without a key to seal them to")
        return self._sealing.seal(confided, visit=visit)

    def _is_over(self, link: PhoneLink) -> bool:
        """A device that did not know the time made a link without: it ends with its one use."""
        made_at, now = link.made_at, self._now
        return made_at is not None and not made_at - AHEAD <= now <= made_at + self._lasts

    def _is_rated(self, connection: sa.Connection, device: str, visit: str) -> bool:
        if ratings.tails(connection, device, [visit], by_phone=True):
            return True
        tail = ratings.tails(connection, device, [visit]).get(visit)
        stored = None if tail is None else ratings.find(connection, tail.log_id, tail.seq)
        return stored is not None and stored.row["outcome"] == Outcome.RATED

    def _place(self, connection: sa.Connection, device: str, link: PhoneLink) -> Place:
        assignment = link.assignment
        named = registry.windows_assigned(connection, device, [] if assignment is None else [assignment])
        window = None if assignment is None else named.get(assignment)
        number, name = _sign(connection, window) if window else ("", "")
        return Place(device, window, assignment, number, name, link.visit)

    def _level(self, connection: sa.Connection, taken: Taken) -> Level | None:
        rows = ratings.of_visits(connection, phone_log(taken.device), [taken.visit])
        return Level(rows[-1].row["level"]) if rows else None

    def _indicators(self, connection: sa.Connection, device: str) -> IndicatorList:
        newest = settings.newest(connection, device)
        given = newest.body.indicator_list if newest else None
        return self._national if given is None else given.as_list()

    @property
    def _now(self) -> datetime:
        return self._clock.now().wall


def _sign(connection: sa.Connection, window: str) -> tuple[str, str]:
    """Number and name of a window, as on its sign."""
    placed = windows.find(connection, window)
    return (placed.number, placed.name) if placed else ("", "")
