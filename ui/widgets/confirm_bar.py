"""The bar along the whole lower edge of a spoken screen, which chooses what was explored last."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from ui.widgets.touchable import Touchable


class ConfirmBar(Touchable):
    """Shows `button`."""

    button = ObjectProperty(None, allownone=True, rebind=True)
