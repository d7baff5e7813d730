"""A handling (办件): one piece of business of one citizen, as the counter names it in an invitation."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

import msgspec

from device.errors import InvalidField

MAX_INTEGER = 2**53 - 1  # RFC 8785 (canonical JSON) cannot carry larger ones exactly


class Handling(msgspec.Struct, frozen=True, kw_only=True):
    """The handling a rating is about. (`project_no`, `service_no`, `assessment`) is rated once.

    Lengths are those of the national record (GB/T 39046-2020 and public integrations); codes are checked
    for length only, because provinces differ in what they mean.
    """

    project_no: str
    service_no: int
    assessment: int = 1
    task_code: str | None = None
    task_name: str | None = None
    task_type: str | None = None
    status: int | str | None = None
    task_handle_item: str | None = None
    dept_code: str | None = None
    dept_name: str | None = None
    area_code: str | None = None
    project_type: int | str | None = None
    user_prop: int | str | None = None

    @property
    def service_key(self) -> str:
        """The key of 一次一评: one rating for each service of a handling and each assessment."""
        return service_key(self.project_no, self.service_no, self.assessment)


def service_key(project_no: object, service_no: object, assessment: object) -> str:
    """One text for the three fields; the free one comes last, so that no two keys are the same text."""
    return f"{service_no}/{assessment}/{project_no}"


# field → most characters
_TEXTS = {
    "task_code": 31,
    "task_name": 200,
    "task_type": 2,
    "task_handle_item": 33,
    "dept_code": 18,
    "dept_name": 100,
    "area_code": 12,
}
_CODES = {"status": 2, "project_type": 2, "user_prop": 2}


def text(value: object, field: str, most: int, *, least: int = 0) -> str:
    """`value` as a string of `least` to `most` characters that every store and encoding can hold.

    Raises InvalidField naming `field`. Lone surrogates (JSON escapes can make them) have no UTF-8 form, and
    U+0000 cannot be stored by PostgreSQL: both are refused here, at the door.
    """
    if not isinstance(value, str):
        raise InvalidField(field, "must be a string")
    if not least <= len(value) <= most:
        raise InvalidField(field, f"must have {least} to {most} characters, has {len(value)}")
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise InvalidField(field, "holds half of a surrogate pair, which is no character")
    if "\0" in value:
        raise InvalidField(field, "holds the character U+0000")
    return value


def integer(value: object, field: str, least: int, most: int) -> int:
    """`value` as an integer from `least` to `most`. Raises InvalidField naming `field`."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidField(field, "must be an integer")
    if not least <= value <= most:
        raise InvalidField(field, f"must be {least} to {most}, is {value}")
    return value


def _project_no(value: object, field: str) -> str:
    number = text(value, field, 50, least=1)
    # A space or an invisible character would make a second key of the same handling.
    if number != number.strip() or any(unicodedata.category(c) in {"Cc", "Cf"} for c in number):
        raise InvalidField(field, "begins or ends with a space, or holds an invisible character")
    return number


def parse_handling(fields: object, prefix: str = "handling") -> Handling:
    """A handling from decoded JSON. Unknown fields are left out: the row holds what the product knows.

    Raises InvalidField with the dotted name of the first missing, wrong or over-long field.
    """
    if not isinstance(fields, Mapping):
        raise InvalidField(prefix, "is required: an object with project_no and service_no")
    for name in ("project_no", "service_no"):
        if fields.get(name) is None:
            raise InvalidField(f"{prefix}.{name}", "is required")
    known: dict[str, Any] = {
        "project_no": _project_no(fields["project_no"], f"{prefix}.project_no"),
        "service_no": integer(fields["service_no"], f"{prefix}.service_no", 1, MAX_INTEGER),
    }
    if fields.get("assessment") is not None:
        known["assessment"] = integer(fields["assessment"], f"{prefix}.assessment", 1, 2)
    for name, most in _TEXTS.items():
        if fields.get(name) is not None:
            known[name] = text(fields[name], f"{prefix}.{name}", most)
    for name, most in _CODES.items():
        value = fields.get(name)
        if value is None:
            continue
        if isinstance(value, int) and not isinstance(value, bool):
            known[name] = integer(value, f"{prefix}.{name}", 0, 10**most - 1)
        else:
            known[name] = text(value, f"{prefix}.{name}", most)
    return Handling(**known)
