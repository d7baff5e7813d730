"""Which keys of a panel are proven to work, by the day: never by the press. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from device.clock import CHINA, Moment

KEYS = (1, 2, 3, 4, 5)

_DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Proof:
    """That a key went down and came up. `day`: in China, None while no clock was to be believed.

    Then `mono_ms` of `boot` says when.
    """

    day: date | None
    boot: str
    mono_ms: int


@dataclass(frozen=True, slots=True)
class PanelProofs:
    """The proofs of the keys of one panel. `panel`: how it is wired and what its keys mean.

    `since`: the first day that it is known to have been there. A proof without a day counts as no older.
    """

    panel: str
    since: date | None = None
    proofs: Mapping[int, Proof] = field(default_factory=dict)

    @property
    def all_proven(self) -> bool:
        """Whether each key was proven, ever."""
        return all(key in self.proofs for key in KEYS)

    @property
    def proven_on(self) -> date | None:
        """The day since which each key is proven: that of the oldest proof, None when one lacks a day."""
        days = [self.proofs[key].day for key in KEYS if key in self.proofs]
        known = [day for day in days if day is not None]
        return min(known) if len(known) == len(KEYS) else None

    def is_overdue(self, now: Moment, within_days: int) -> bool:
        """Whether a key is known to be without proof for longer than `within_days`."""
        ages = [self._age_days(key, now) for key in KEYS]
        return any(age is not None and age > within_days for age in ages)

    def proven(self, keys: Iterable[int], proof: Proof) -> PanelProofs:
        """As it is after `proof` of each of `keys`; a proof never takes the place of a later one."""
        later = {key: _later(self.proofs.get(key), proof) for key in keys}
        return replace(self, proofs={**self.proofs, **later})

    def dated(self, now: Moment) -> PanelProofs:
        """With the days that can be told by `now`, a moment whose wall time is to be believed."""
        dated = {
            key: replace(proof, day=day_of(now, ago_ms=now.mono_ms - proof.mono_ms))
            for key, proof in self.proofs.items()
            if proof.day is None and proof.boot == now.boot
        }
        return replace(self, since=self.since or day_of(now), proofs={**self.proofs, **dated})

    def _age_days(self, key: int, now: Moment) -> int | None:
        proof = self.proofs.get(key)
        if now.quality == "trusted":
            day = (proof.day if proof else None) or self.since
            return None if day is None else (day_of(now) - day).days
        if proof is not None and proof.boot == now.boot:
            return (now.mono_ms - proof.mono_ms) // _DAY_MS
        return None


def proof_at(now: Moment) -> Proof:
    """A proof given at `now`."""
    return Proof(day_of(now) if now.quality == "trusted" else None, now.boot, now.mono_ms)


def day_of(now: Moment, *, ago_ms: int = 0) -> date:
    """The day in China, `ago_ms` milliseconds before `now`."""
    return (now.wall - timedelta(milliseconds=ago_ms)).astimezone(CHINA).date()


def _later(before: Proof | None, proof: Proof) -> Proof:
    if before is None or before.day is None or proof.day is None:
        return proof
    return proof if proof.day >= before.day else before
