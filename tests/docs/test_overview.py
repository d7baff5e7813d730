"""docs/overview.md lists the threads that the code starts, and the promises' homes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.docs.pages import ROOT, Page, rows
from tests.docs.test_packages import NAMES

PAGE = Page("docs/overview.md")


def thread_names() -> Iterator[tuple[str, str]]:
    """Each thread that the packages start, by the name it is given; what varies in it is `{…}`."""
    for name in NAMES:
        for file in sorted((ROOT / name).rglob("*.py")):
            tree = ast.parse(file.read_text("utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and _makes_a_thread(node, tree):
                    (given,) = [k.value for k in node.keywords if k.arg == "name"]
                    yield _pattern(given), str(file.relative_to(ROOT))


def _makes_a_thread(call: ast.Call, tree: ast.Module) -> bool:
    said = ast.unparse(call.func)
    if said == "super().__init__":
        classes = [n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and call in set(ast.walk(n))]
        return any(ast.unparse(base) == "threading.Thread" for c in classes for base in c.bases)
    return said == "threading.Thread"


def _pattern(given: ast.expr) -> str:
    if isinstance(given, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "{id}" for v in given.values)
    assert isinstance(given, ast.Constant), ast.unparse(given)
    return str(given.value)


def test_the_page_has_every_thread_and_no_other() -> None:
    started = dict(thread_names())
    said = {row[1].split("`")[1] for row in rows(PAGE.section("Threads")) if row[1].startswith("`")}
    assert said == set(started), started


def test_each_thread_is_where_the_page_says() -> None:
    homes = {row[1].split("`")[1]: row[2] for row in rows(PAGE.section("Threads")) if row[1].startswith("`")}
    for name, file in thread_names():
        if name == "device-loop":  # its root starts it; the loop is named
            continue
        assert f"`{file}`" in homes[name], (name, file)


def test_the_promises_name_files() -> None:
    for promise, home in rows(PAGE.section("The promises")):
        assert ".py`" in home or "planned" in home, promise
