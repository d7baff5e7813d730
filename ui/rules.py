"""The arrangement of the screens: every .kv file, with the classes its rules name."""

from __future__ import annotations

from pathlib import Path

from kivy.factory import Factory
from kivy.lang import Builder

PARTS = {
    "CandidateRow": "ui.widgets.candidate_row",
    "Card": "ui.widgets.card",
    "ClerkPicture": "ui.widgets.picture",
    "CodePicture": "ui.widgets.picture",
    "Columns": "ui.widgets.columns",
    "ConfirmBar": "ui.widgets.confirm_bar",
    "ConsentRow": "ui.widgets.consent_row",
    "EntryBar": "ui.widgets.entry_bar",
    "EnlargedRow": "ui.widgets.enlarged_row",
    "EnlargedTile": "ui.widgets.enlarged_tile",
    "FacePicture": "ui.widgets.picture",
    "FieldRow": "ui.widgets.field_row",
    "FittingText": "ui.widgets.fitting_text",
    "Footer": "ui.widgets.footer",
    "Header": "ui.widgets.header",
    "KeyBox": "ui.widgets.key_box",
    "KeyCap": "ui.widgets.key_cap",
    "KeyRows": "ui.widgets.key_rows",
    "LanguageButtons": "ui.screens.languages",
    "LevelChoice": "ui.widgets.level_choice",
    "LevelRow": "ui.widgets.level_row",
    "LevelTile": "ui.widgets.level_tile",
    "Message": "ui.widgets.message",
    "PushButton": "ui.widgets.push_button",
    "ReasonRow": "ui.widgets.reason_row",
    "NumberEntry": "ui.widgets.number_entry",
    "SignPicture": "ui.widgets.picture",
    "TailText": "ui.widgets.tail_text",
    "Text": "ui.widgets.text",
    "Tiles": "ui.widgets.tiles",
    "TickBox": "ui.widgets.tick_box",
    "TimeBar": "ui.widgets.time_bar",
    "WarningNote": "ui.widgets.warning_note",
    "WordsEntry": "ui.widgets.words_entry",
    "WordsForm": "ui.widgets.words_form",
}


def load_rules() -> None:
    """Make the rules known to Kivy; once in a process, before the first screen is made."""
    for name, module in PARTS.items():
        Factory.register(name, module=module)
    here = Path(__file__).parent
    for folder in ("widgets", "screens"):
        for path in sorted((here / folder).glob("*.kv")):
            Builder.load_file(str(path))
