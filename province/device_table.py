"""The list of devices as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping

from province.device_list import state_of
from province.places.table import harmless
from province.roster import RosterEntry

COLUMNS: Mapping[str, Callable[[RosterEntry], object]] = {
    "device": lambda entry: entry.device,
    "code": lambda entry: entry.code,
    "hall_code": lambda entry: entry.hall,
    "hall": lambda entry: entry.hall_name,
    "window": lambda entry: entry.window,
    "window_number": lambda entry: entry.window_number,
    "name": lambda entry: entry.window_name,
    "state": lambda entry: state_of(entry).value,
    "last_receipt": lambda entry: entry.receipt_at,
    "queue": lambda entry: entry.queue,
    "held": lambda entry: sum(log.through for log in entry.logs),
    "keys": lambda entry: entry.key_health,
    "keys_proven_on": lambda entry: entry.keys_proven_on,
    "certificate_ends": lambda entry: entry.certificate_ends,
    "serial": lambda entry: entry.certificate_serial,
    "software": lambda entry: entry.software,
    "faults": lambda entry: " ".join(entry.faults),
    "settings": lambda entry: entry.settings_version,
    "revoked_at": lambda entry: entry.revoked_at,
    "revoked_why": lambda entry: entry.revoked_why,
}
"""Name of the words above it, and what is in it."""


def device_table(entries: Iterable[RosterEntry], heading: Callable[[str], str]) -> bytes:
    """CSV that spreadsheets open rightly: UTF-8 with BOM, nothing in it taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([heading(name) for name in COLUMNS])
    for entry in entries:
        values = (value(entry) for value in COLUMNS.values())
        writer.writerow(["" if value is None else harmless(str(value)) for value in values])
    return out.getvalue().encode("utf-8-sig")
