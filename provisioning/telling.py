"""What a technician is told of an act: what it would change, the question, what became of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from provisioning.refused import Refused
from provisioning.texts import Texts

Say = Callable[[str], None]
Confirm = Callable[[str], bool | None]
"""Whether the answer to a question is yes; None: nobody is there to answer."""

_LONGEST_QUOTE = 120


class Telling:
    """Speaks on standard error, and JSON on standard output if that was asked for.

    `assumed`: nobody is asked, the answer is yes. `say`, `confirm`: in place of the terminal.
    """

    def __init__(
        self,
        texts: Texts,
        *,
        as_json: bool = False,
        assumed: bool = False,
        say: Say | None = None,
        confirm: Confirm | None = None,
    ) -> None:
        self._texts = texts
        self._as_json = as_json
        self._assumed = assumed
        self._say = say or _on_standard_error
        self._confirm = confirm or _at_the_terminal

    def say(self, name: str, /, **facts: object) -> None:
        """One sentence."""
        self._say(self._texts.say(name, **_shown(facts)))

    def step(self, name: str, /, **facts: object) -> None:
        """One sentence about a step that is done."""
        self._say(f"✓ {self._texts.say(name, **_shown(facts))}")

    def ask(self, name: str, /, **facts: object) -> None:
        """The question `name`; goes on for a yes. Raises Refused for anything else, or nobody there."""
        if self._assumed:
            return
        answer = self._confirm(self._texts.say(name, **_shown(facts)))
        if answer is None:
            raise Refused("act.nobody")
        if not answer:
            raise Refused("act.no")

    def result(self, values: dict[str, Any]) -> None:
        """What programs are told."""
        if self._as_json:
            click.echo(json.dumps(values, ensure_ascii=False))

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """A refusal within ends the process, in one sentence, with its exit code."""
        try:
            yield
        except Refused as refused:
            sentence = sentence_of(refused, self._texts)
            click.echo(f"chuangping: {sentence}", err=True)
            self.result({"error": refused.sentence.partition(".")[2], "message": sentence})
            sys.exit(refused.exit_code)


def sentence_of(refused: Refused, texts: Texts) -> str:
    """`refused` in the technician's language."""
    facts = _shown(refused.facts)
    try:
        return texts.say(refused.sentence, **facts)
    except KeyError:  # of a newer province, or one that leaves out a fact
        return texts.say("province.other", message=facts.get("message", refused.sentence))


def quoted(text: str, most: int = _LONGEST_QUOTE) -> str:
    """As it may stand in a terminal: nothing that moves the cursor, and not a page of it."""
    shown = _printable(text)
    return shown if len(shown) <= most else shown[:most] + "…"


def _shown(facts: dict[str, object]) -> dict[str, object]:
    return {name: _fact(fact) for name, fact in facts.items()}


def _fact(fact: object) -> object:
    if isinstance(fact, Path):  # whole: it is to be found by it
        return _printable(str(fact))
    return quoted(fact) if isinstance(fact, str) else fact


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def _on_standard_error(sentence: str) -> None:
    click.echo(sentence, err=True)


def _at_the_terminal(question: str) -> bool | None:
    """A line of standard input answers too: a scanner's reader may be beside a keyboard."""
    try:
        return click.confirm(question, default=False, err=True)
    except click.Abort:
        click.echo(err=True)
        return False if sys.stdin.isatty() else None
