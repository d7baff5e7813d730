"""What reaches the device loop from outside: stamped values that feeders enqueue and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from device.confided import Confided
from device.counter import CounterAnswer, CounterQuestion
from device.level import Level
from device.province_settings import Photo
from device.receipt_code import is_word
from device.technician import TechnicianAnswer, TechnicianVerb

BEAT_S = 2.0
"""How often a screen that is at work says so."""


@dataclass(frozen=True, slots=True)
class KeyDown:
    """Key `key` (1 to 5, as printed) of the panel went down at `at_ms` (monotonic)."""

    key: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class KeyUp:
    """Key `key` was released at `at_ms` (monotonic). Panels need not report it."""

    key: int
    at_ms: int


class PanelCondition(StrEnum):
    """How a key panel is."""

    OK = "ok"
    STUCK = "stuck"  # a key has been down for 30 s; what it rated is kept, the other keys work
    LOST = "lost"  # the line is gone, or the panel's heartbeat on it


@dataclass(frozen=True, slots=True)
class PanelChanged:
    """The panel is now otherwise than it was; sent once at each change, OK being taken for granted at first.

    `why` is for the log: it never names a key.
    """

    condition: PanelCondition
    at_ms: int
    why: str


class Button(StrEnum):
    """The buttons a citizen may touch beside tiles."""

    DECLINE = "decline"  # 暂不评价
    CHANGE = "change"  # 更改
    MORE = "more"  # 更多原因
    FINISH = "finish"  # 完成
    WORDS = "words"  # 补充说明或留电话
    BACK = "back"  # 返回
    READ_ALOUD = "read_aloud"  # 朗读
    PHONE = "phone"  # 用手机评价
    SCANNED = "scanned"  # 我已扫码
    RECEIPT = "receipt"  # 查询码


@dataclass(frozen=True, slots=True)
class LevelTile:
    """The tile of one level."""

    level: Level


@dataclass(frozen=True, slots=True)
class ReasonTile:
    """The tile of one official reason."""

    code: str


@dataclass(frozen=True, slots=True)
class ButtonTile:
    """A button."""

    button: Button


@dataclass(frozen=True, slots=True)
class LanguageTile:
    """The button that changes the language to `language` (BCP 47)."""

    language: str


class Corner(StrEnum):
    """An upper corner of the idle screen."""

    TOP_LEFT = "top_left"
    TOP_RIGHT = "top_right"


@dataclass(frozen=True, slots=True)
class CornerTile:
    """A corner, where nothing is to be seen: for staff who hold a finger in both (device.cleaning_hold)."""

    corner: Corner


@dataclass(frozen=True, slots=True)
class ConfidedTile:
    """完成 of the screen where words are typed, with what was typed; its repr says nothing of it."""

    confided: Confided


@dataclass(frozen=True, slots=True, repr=False)
class ReceiptTile:
    """确定 of the screen where the word of a receipt code is chosen; its repr says nothing of it."""

    word: str

    def __post_init__(self) -> None:
        """Raises ValueError, which does not repeat the word."""
        if not is_word(self.word):
            raise ValueError("a word is four digits")

    def __repr__(self) -> str:
        return "ReceiptTile(…)"


@dataclass(frozen=True, slots=True)
class ExploreTile:
    """The column that says what `target` is, and chooses nothing."""

    target: LevelTile | ReasonTile | ButtonTile


@dataclass(frozen=True, slots=True)
class ConfirmTile:
    """The bar below the columns, which chooses the column touched last."""


Target = (
    LevelTile
    | ReasonTile
    | ButtonTile
    | LanguageTile
    | CornerTile
    | ConfidedTile
    | ReceiptTile
    | ExploreTile
    | ConfirmTile
)


@dataclass(frozen=True, slots=True)
class TouchDown:
    """A finger came down at `at_ms` on `target`, or beside every target (None).

    `touch` names the finger until its TouchUp. `shown` is the number of the snapshot that was on the screen.
    """

    touch: str
    target: Target | None
    shown: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class TouchUp:
    """The finger `touch` was lifted at `at_ms`."""

    touch: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Typed:
    """Somebody was typing at `at_ms`: that, and nothing of what. At most once a second."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """The first frame of snapshot `number` was on the screen at `at_ms`."""

    number: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Beat:
    """The screen was at work at `at_ms`: it would have drawn what was to be drawn. Every two seconds."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class PhotoRead:
    """The picture `photo` of a clerk is there: `content` has its hash."""

    photo: Photo
    content: bytes


@dataclass(frozen=True, slots=True)
class HeadphonesChanged:
    """Headphones were plugged in, or pulled out, at `at_ms` (monotonic)."""

    plugged: bool
    at_ms: int


@dataclass(frozen=True, slots=True)
class SpeakerChanged:
    """What speaks no longer does, or does again; sent once at each change, working being taken for granted.

    `why` is for the log: it never tells what was said.
    """

    works: bool
    at_ms: int
    why: str


@dataclass(frozen=True, slots=True)
class CounterCall:
    """A question from the counter; `reply` is called once, from the device loop, and only enqueues."""

    question: CounterQuestion
    reply: Callable[[CounterAnswer], None]


@dataclass(frozen=True, slots=True)
class TechnicianCall:
    """A question from the control socket; `reply` is called once, from the device loop, and only enqueues."""

    verb: TechnicianVerb
    reply: Callable[[TechnicianAnswer], None]


@dataclass(frozen=True, slots=True)
class Stop:
    """End the loop after what was enqueued before it."""


Event = (
    KeyDown
    | KeyUp
    | PanelChanged
    | TouchDown
    | TouchUp
    | Typed
    | Drawn
    | Beat
    | PhotoRead
    | HeadphonesChanged
    | SpeakerChanged
    | CounterCall
    | TechnicianCall
    | Stop
)
