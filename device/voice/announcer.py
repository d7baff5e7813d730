"""The announcer: has the device say what there is to say, to whoever may hear it."""

from __future__ import annotations

from device.clock import Clock
from device.events import Target
from device.snapshot import Screen
from device.voice.face import VoiceFace
from device.voice.library import Library
from device.voice.speaker import Output, Silence, Speaker
from device.voice.telling import (
    Mode,
    Prompts,
    Scene,
    VoiceRules,
    VoiceState,
    Wanted,
    confirm,
    explain,
    hold,
    meet,
    plug,
    read_aloud,
    touch,
    warn,
    warning_ms,
)

_CUT_SHORT = (Screen.LEVEL, Screen.REASONS, Screen.WORDS)


class Announcer:
    """Belongs to the device loop's thread. What it says waits for nobody, and nobody for it."""

    def __init__(
        self,
        *,
        clock: Clock,
        speaker: Speaker | None = None,
        library: Library | None = None,
        rules: VoiceRules = VoiceRules(),  # noqa: B008 - frozen
    ) -> None:
        self._clock = clock
        self._speaker: Speaker = speaker or Silence()
        self._library = library or Library()
        self._rules = rules
        self._languages = frozenset[str]() if rules.wanted is Wanted.OFF else self._library.languages
        self._state = VoiceState()

    @property
    def face(self) -> VoiceFace:
        """What of the voice is seen now."""
        return self._state.face(self._languages)

    @property
    def spoken(self) -> bool:
        """Whether a key held long asks, and a short press chooses at its release."""
        return self._state.mode is not Mode.OFF and self._language in self._languages

    @property
    def due_ms(self) -> int | None:
        """When something is said that time alone brings about, or None."""
        return warning_ms(self._state) if self._languages else None

    def look(self, scene: Scene) -> None:
        """What is shown now; after each event."""
        if not self._languages:
            return
        before = self._state.scene
        self._state, prompts = meet(self._state, scene, self._rules)
        left = before is not None and before.snapshot.screen in _CUT_SHORT
        over = scene.snapshot.screen not in (*_CUT_SHORT, Screen.THANKS) or scene.snapshot.declined
        if left and not prompts and over:
            self._speaker.hush()
        self._say(prompts)
        self._state, prompts = warn(self._state, self._clock.mono_ms())
        self._say(prompts)

    def hold(self, key: int) -> None:
        """`key` was held long in spoken mode."""
        self._say(hold(self._state, key, self._rules))

    def explore(self, target: Target) -> None:
        """A finger came down on the column of `target`."""
        self._state, prompts = touch(self._state, target)
        self._say(prompts)

    def confirm(self) -> Target | None:
        """The bar below the columns was touched: what is chosen by it, or None."""
        self._state, target, prompts = confirm(self._state)
        self._say(prompts)
        return target

    def read_aloud(self) -> None:
        """朗读 was touched."""
        self._state, prompts = read_aloud(self._state, self._rules)
        self._say(prompts)

    def explain(self) -> None:
        """A key was pressed: say why, where none is taken."""
        self._say(explain(self._state, self._rules))

    def plug(self, *, plugged: bool) -> None:
        """Headphones were plugged in or pulled out. Pulled out, nothing goes on in the open."""
        self._speaker.hush()
        self._state, prompts = plug(self._state, self._rules, plugged=plugged)
        self._say(prompts)

    @property
    def _language(self) -> str:
        return self._state.scene.snapshot.language if self._state.scene else ""

    def _say(self, prompts: Prompts) -> None:
        if not prompts or self._language not in self._languages:
            return
        output = Output.HEADPHONES if self._state.headphones else Output.LOUDSPEAKER
        self._speaker.say(self._library.files(self._language, prompts), output)
