"""The packages: their names collide with nothing installed, and importing one does nothing."""

from __future__ import annotations

import ast
import configparser
import sys
from collections.abc import Iterator
from importlib.metadata import distributions

import device
from tests.docs.pages import ROOT

OURS = "chuangping"


def packages() -> list[str]:
    """The top-level packages, as setup.cfg installs them."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    return [p for p in setup["options.packages.find"]["include"].split() if not p.endswith(".*")]


NAMES = packages()


def test_they_are_the_folders_with_an_init() -> None:
    folders = {file.parent.name for file in ROOT.glob("*/__init__.py")}
    assert folders - {"tests", "bench"} == set(NAMES)


def test_no_other_package_brings_a_module_of_these_names() -> None:
    brought = {
        file.parts[0].removesuffix(".py"): distribution.name
        for distribution in distributions()
        if distribution.name != OURS
        for file in distribution.files or ()
        if len(file.parts) > 1 or file.suffix == ".py"
    }
    assert {name: brought[name] for name in NAMES if name in brought} == {}
    # The trap this test is for: when it is gone, see whether the test still looks.
    assert "garden" in brought


def test_the_standard_library_has_no_such_module() -> None:
    assert set(NAMES) & sys.stdlib_module_names == set()


def test_every_file_begins_with_its_one_purpose() -> None:
    assert [path for path, body in parsed("*.py") if purpose(body) is None] == []


def test_the_purpose_is_a_sentence_on_the_first_line() -> None:
    first = {path: (purpose(body) or "").partition("\n")[0] for path, body in parsed("*.py")}
    assert {path: line for path, line in first.items() if not line.endswith(".")} == {}


def test_an_init_is_only_its_docstring_but_for_the_version() -> None:
    more = {path: [ast.unparse(s) for s in body[1:]] for path, body in parsed("__init__.py") if body[1:]}
    assert more == {"device/__init__.py": [f"__version__ = {device.__version__!r}"]}


def parsed(pattern: str) -> Iterator[tuple[str, list[ast.stmt]]]:
    """The files of the packages that match, each with what stands in it."""
    for name in NAMES:
        for file in sorted((ROOT / name).rglob(pattern)):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text("utf-8")).body


def purpose(body: list[ast.stmt]) -> str | None:
    """The docstring that a file begins with."""
    match body:
        case [ast.Expr(ast.Constant(str(text))), *_]:
            return text
    return None
