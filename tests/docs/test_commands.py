"""docs/commands.md and the command line say the same: commands, arguments, options, exit codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module

import click
import pytest

from device.errors import ChuangpingError
from province.__main__ import main as province
from provisioning.__main__ import cli
from tests.docs.pages import Page, every_page, rows

PAGE = Page("docs/commands.md")
CLICK_USAGE = 2
HELP = {"--help", "-h"}
# What an office says without `province`, though it is of the province's own tree.
OFFICE = ("places", "tickets")


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that is no group, with its words. The province's own tree stands behind some commands."""
    if name == "chuangping province":
        command = province
    for noun in OFFICE:
        if name == f"chuangping {noun}":
            command = province.commands[noun]
    if isinstance(command, click.Group):
        for verb, below in command.commands.items():
            if command is not province or verb not in OFFICE:
                yield from commands(below, f"{name} {verb}")
    else:
        yield name, command


TREE = dict(commands(cli, "chuangping"))
TREE_WORDS = {tuple(name.split()) for name in TREE}
HEADINGS = dict(
    re.fullmatch(r"(chuangping [a-z -]+?)((?: [A-Z]+)*)", heading).groups()  # type: ignore[union-attr]
    for heading in re.findall(r"^### `([^`]+)`$", PAGE.text, re.MULTILINE)
)


def test_the_page_has_every_command_and_no_other() -> None:
    assert sorted(HEADINGS) == sorted(TREE)


@pytest.mark.parametrize("name", TREE)
def test_a_command_is_documented_with_its_arguments_and_options(name: str) -> None:
    parameters = TREE[name].params
    arguments = [
        p.make_metavar(click.Context(TREE[name])) for p in parameters if isinstance(p, click.Argument)
    ]
    options = {o for p in parameters if isinstance(p, click.Option) for o in p.opts} - HELP
    said = {
        re.match(r"`(--[a-z-]+)", row[0])[1]  # type: ignore[index]
        for row in rows(PAGE.section(f"`{name}{HEADINGS[name]}`"))
        if row[0].startswith("`--")
    }
    assert HEADINGS[name].split() == arguments
    assert said == options


@pytest.mark.parametrize("name", TREE)
def test_an_option_that_must_be_given_is_said_to_be_required(name: str) -> None:
    required = {p.opts[0]: p.required for p in TREE[name].params if isinstance(p, click.Option)}
    for option, meaning, *_ in rows(PAGE.section(f"`{name}{HEADINGS[name]}`")):
        if option.startswith("`--"):
            assert meaning.endswith("required") is required[option.strip("`").split()[0]], option


@pytest.mark.parametrize("page", every_page(), ids=lambda page: page.path)
def test_every_command_that_a_page_names_exists(page: Page) -> None:
    groups = {words[:n] for words in TREE_WORDS for n in range(1, len(words))}
    for text in [*page.named(), *page.code()]:
        for line in re.findall(r"(?:^|[\s/])(chuangping(?: [a-z][a-z-]*)+)", text):
            said = tuple(line.split())
            assert said in groups or any(said[:n] in TREE_WORDS for n in range(2, len(said) + 1)), line


def test_the_exit_codes_are_those_of_the_errors() -> None:
    for module in ("sync.contract.errors", "province.errors"):
        import_module(module)
    codes: dict[int, set[str]] = {0: set(), CLICK_USAGE: set()}
    for error in _ours(ChuangpingError):
        codes.setdefault(error.exit_code, set()).add(error.__name__)
    said = {
        int(code): set(re.findall(r"`(\w+)`", errors)) for code, _, errors in rows(PAGE.section("Exit codes"))
    }
    assert said == codes


def test_the_help_lists_the_exit_codes_of_the_page() -> None:
    help_ = " ".join((cli.help or "").split())
    for code, *_ in rows(PAGE.section("Exit codes")):
        assert re.search(rf"\b{code} ", help_), code


def _ours(error: type[ChuangpingError]) -> Iterator[type[ChuangpingError]]:
    """`error` and what is below it, in the product (tests may have errors of their own)."""
    yield error
    for below in error.__subclasses__():
        if not below.__module__.startswith("tests"):
            yield from _ours(below)
