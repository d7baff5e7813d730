"""Drawing pages from templates: every text escaped, every name known."""

from __future__ import annotations

import re

from jinja2 import Environment, PackageLoader, StrictUndefined

from device.indicators import national_list
from province.role import Principal, Role
from province.web.words import Words

EVERYBODY = frozenset(Role)
NO_TECHNICIAN = EVERYBODY - {Role.TECHNICIAN}
OPERATORS = frozenset({Role.OPERATOR})
# Path, name of the words and of the template, whom it is for.
PAGES = (
    ("/", "overview", NO_TECHNICIAN),
    ("/halls", "halls", EVERYBODY),
    ("/devices", "devices", EVERYBODY),
    ("/alarms", "alarms", OPERATORS),
    ("/users", "users", OPERATORS),
)
PATHS = {name: path for path, name, _ in PAGES}


def pages_of(who: Principal) -> list[tuple[str, str]]:
    """Path and name of the pages that `who` may open."""
    return [(path, name) for path, name, roles in PAGES if who.role in roles]


def is_page(path: str) -> bool:
    """Whether there is such a page: somebody who logs in is led to no other."""
    return path in PATHS.values() or re.fullmatch(r"/devices/[A-Za-z0-9._-]{1,64}", path) is not None


class Drawing:
    """Makes HTML. Any thread."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=PackageLoader("province.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._reasons = {i.code: i.text for i in national_list().indicators}

    def draw(self, template: str, language: str, /, **values: object) -> str:
        """A template in a language."""
        found = self._templates.get_template(f"{template}.html")
        return found.render(words=Words(language), reason_texts=self._reasons, **values)
