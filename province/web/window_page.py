"""One window as an operator looks at it: where it is, and which devices served it when."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from province.places.plan import Hall, Organisation, Window
from province.store import places, registry
from province.store.registry import Assignment


@dataclass(frozen=True, slots=True)
class WindowPage:
    """A window by code, with what is known of it; `served`: the newest first."""

    code: str
    window: Window | None
    hall: Hall | None
    organisation: Organisation | None
    served: list[Assignment]


def read_window(connection: sa.Connection, code: str) -> WindowPage | None:
    """The window of this code, None when it is not placed and no device ever served it."""
    found = places.all_places(connection)
    window = found.windows.get(code)
    served = registry.assignments_to(connection, code)
    if window is None and not served:
        return None
    hall = found.halls[window.hall] if window else None
    organisation = found.organisations.get(hall.organisation or "") if hall else None
    return WindowPage(code, window, hall, organisation, served)
