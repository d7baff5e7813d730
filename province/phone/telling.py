"""Telling a device that a visit of its was rated by phone: it may still show the code."""

from __future__ import annotations

from province.errors import RegistrationError
from province.steering import Steering

ORDER = "close_visit"
RATED = "rated_by_phone"


def tell_device(steering: Steering, device: str, visit: str) -> None:
    """Order it, once; a device that is away answers later that the visit is over. Raises StoreError."""
    try:
        steering.order(device, ORDER, {RATED: visit})
    except RegistrationError:
        return  # it was taken out of the registry since
