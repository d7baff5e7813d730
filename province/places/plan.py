"""What a table of places would change: nothing is ever taken away. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Self

from province.places.row import PlaceRow


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who runs halls, by its code (部门编码)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Hall:
    """A hall by its code. `organisation` None: not known. `area_code`: 行政区划代码, empty if not known."""

    code: str
    name: str
    organisation: str | None = None
    area_code: str = ""

    @property
    def is_known_by_name_only(self) -> bool:
        """Whether nobody has given it a code yet: its name stands for it."""
        return self.code == self.name and self.organisation is None


@dataclass(frozen=True, slots=True)
class Window:
    """A window and its hall, both by code. `number`: as on its sign."""

    window: str
    hall: str
    name: str
    number: str = ""


class Places(NamedTuple):
    """All places, each kind by code."""

    organisations: Mapping[str, Organisation]
    halls: Mapping[str, Hall]
    windows: Mapping[str, Window]


@dataclass(frozen=True, slots=True)
class Changed:
    """A place that is there and would be otherwise: by field what is and what would be."""

    code: str
    fields: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """What becomes of places of one kind, by code. `left_out`: not in the table, kept as they are."""

    added: list[str]
    changed: list[Changed]
    same: int
    left_out: list[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done. `coded`: halls known by name only, each with the code it gets."""

    organisations: Part
    halls: Part
    windows: Part
    coded: dict[str, str]

    @property
    def changes_nothing(self) -> bool:
        """Whether everything is there already."""
        parts = (self.organisations, self.halls, self.windows)
        return not any(part.added or part.changed for part in parts)

    def to_json(self) -> dict[str, Any]:
        """The plan as it travels."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        """The plan that `to_json` made."""
        return cls(
            _part(said["organisations"]), _part(said["halls"]), _part(said["windows"]), dict(said["coded"])
        )


def plan(present: Places, wanted: Places) -> Plan:
    """How `present` becomes what is `wanted`, with all else kept."""
    coded = _coded(present.halls, wanted.halls)
    halls = {coded.get(hall.code, hall.code): hall for hall in present.halls.values()}
    windows = {
        window.window: Window(window.window, coded.get(window.hall, window.hall), window.name, window.number)
        for window in present.windows.values()
    }
    return Plan(
        _compare(present.organisations, wanted.organisations),
        _compare(halls, wanted.halls),
        _compare(windows, wanted.windows),
        coded,
    )


def _coded(present: Mapping[str, Hall], wanted: Mapping[str, Hall]) -> dict[str, str]:
    """Halls known by name only whose name one new code of the table has: the table says their code."""
    found: dict[str, list[str]] = {}
    for hall in wanted.values():
        named = present.get(hall.name)
        if hall.code not in present and hall.name not in wanted and named and named.is_known_by_name_only:
            found.setdefault(hall.name, []).append(hall.code)
    return {name: codes[0] for name, codes in found.items() if len(codes) == 1}


def _compare(present: Mapping[str, Any], wanted: Mapping[str, Any]) -> Part:
    added, changed, same = [], [], 0
    for code, place in wanted.items():
        before = present.get(code)
        if before is None:
            added.append(code)
            continue
        fields = _differences(asdict(before), asdict(place))
        if fields:
            changed.append(Changed(code, fields))
        else:
            same += 1
    return Part(added, changed, same, [code for code in present if code not in wanted])


def _differences(
    before: Mapping[str, str | None], after: Mapping[str, str | None]
) -> dict[str, tuple[str, str]]:
    return {name: (old or "", after[name] or "") for name, old in before.items() if old != after[name]}


def _part(said: Mapping[str, Any]) -> Part:
    changed = [
        Changed(one["code"], {k: (v[0], v[1]) for k, v in one["fields"].items()}) for one in said["changed"]
    ]
    return Part(list(said["added"]), changed, int(said["same"]), list(said["left_out"]))


def places_in(rows: Iterable[PlaceRow]) -> Places:
    """The places that checked rows are of."""
    organisations: dict[str, Organisation] = {}
    halls: dict[str, Hall] = {}
    windows: dict[str, Window] = {}
    for row in rows:
        organisations[row.organisation_code] = Organisation(row.organisation_code, row.organisation)
        halls[row.hall_code] = Hall(row.hall_code, row.hall, row.organisation_code, row.area_code)
        windows[row.window_code] = Window(row.window_code, row.hall_code, row.window_name, row.window_number)
    return Places(organisations, halls, windows)


def rows_of(places: Places) -> Iterator[PlaceRow]:
    """Every window with its hall and organisation, as a table has them, in the order of halls and windows."""
    for line, window in enumerate(places.windows.values(), 2):
        hall = places.halls[window.hall]
        organisation = places.organisations.get(hall.organisation or "")
        yield PlaceRow(
            line,
            organisation_code=hall.organisation or "",
            organisation=organisation.name if organisation else "",
            hall_code=hall.code,
            hall=hall.name,
            area_code=hall.area_code,
            window_code=window.window,
            window_number=window.number,
            window_name=window.name,
        )
