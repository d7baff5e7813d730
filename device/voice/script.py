"""The script of the voice: what each prompt says in each language, read from `data/voice/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from device.errors import ConfigError
from device.level import Level

CHINESE = "zh-Hans"
ENGLISH = "en"
KEYS = 5

IDLE = "idle"
INVITATION = "invitation"
PRIVATE = "private"
HOW_KEYS = "how-keys"
HOW_COLUMNS = "how-columns"
HOW_ROWS = "how-rows"
TOUCH_FIRST = "touch-first"
SAVED = "saved"
CHOSEN = "chosen"
REASONS = "reasons"
REASONS_KEYS = "reasons-keys"
TICKED = "ticked"
UNTICKED = "unticked"
MORE = "more"
FINISH = "finish"
CHANGE = "change"
WORDS = "words"
TIME = "time"
THANKS = "thanks"
DECLINED = "declined"
NOT_INVITED = "not-invited"
PAUSED = "paused"
CANNOT_RECORD = "cannot-record"


def of_key(key: int) -> str:
    """The prompt that names the key printed `key`."""
    return f"key-{key}"


def of_level(level: Level) -> str:
    """The prompt that says `level` in a word."""
    return f"level-{level.value}"


def of_reason(code: str) -> str:
    """The prompt that reads out an official reason: Chinese whatever the language, as the list is."""
    return f"reason-{code}"


PROMPTS = (
    *(IDLE, INVITATION, PRIVATE, HOW_KEYS, HOW_COLUMNS, HOW_ROWS, TOUCH_FIRST),
    *(of_key(key) for key in range(1, KEYS + 1)),
    *(of_level(level) for level in sorted(Level)),
    *(SAVED, CHOSEN, REASONS, REASONS_KEYS, TICKED, UNTICKED, MORE, FINISH, CHANGE, WORDS, TIME),
    *(THANKS, DECLINED, NOT_INVITED, PAUSED, CANNOT_RECORD),
)
"""What a language must have recorded to be spoken at all: half a voice would leave people in the middle."""


@dataclass(frozen=True, slots=True)
class Line:
    """One prompt: its `text`, and how a synthetic voice is to `say` it."""

    text: str
    say: str


def load_script(language: str) -> Mapping[str, Line]:
    """The prompts of `language` by name; of Chinese, the official reasons too. Raises ConfigError."""
    lines = _read(f"{language}.toml", wanted=PROMPTS)
    return {**lines, **_read("reasons.toml")} if language == CHINESE else lines


def _read(name: str, wanted: tuple[str, ...] | None = None) -> dict[str, Line]:
    document = tomllib.loads(files("device").joinpath(f"data/voice/{name}").read_text("utf-8"))
    if wanted is not None and set(document) != set(wanted):
        odd = ", ".join(sorted(set(document) ^ set(wanted)))
        raise ConfigError([f"voice/{name}: missing or unknown prompts: {odd}"])
    return {prompt: Line(line["text"], line.get("say", line["text"])) for prompt, line in document.items()}
