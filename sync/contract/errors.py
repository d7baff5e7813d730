"""What can be wrong with a message from the peer, by what the receiver does about it."""

from __future__ import annotations

from device.errors import ContractError


class Unverified(ContractError):
    """Nothing in the message can be believed, not even who sent it: no answer, an alarm."""


class NotJws(Unverified):
    """The bytes are not a JWS of this contract."""


class TooLarge(Unverified):
    """The message is larger than the contract allows."""


class UnknownKey(Unverified):
    """A well-formed JWS by a key the receiver does not hold. `kid` is that key's name, as claimed."""

    def __init__(self, kid: str) -> None:
        super().__init__(f"signed by the key {kid}, which is not held here")
        self.kid = kid


class BadSignature(Unverified):
    """The signature does not hold for the key it names."""


class Refusable(ContractError):
    """A signature that holds over what cannot be read: answered `refused` with `why`, shown as a fault.

    `re` is the id of the message and `session` the session it names, each empty where unreadable.
    """

    def __init__(self, why: str, *, re: str = "", session: str = "") -> None:
        super().__init__(why)
        self.why = why[:400]  # what a receipt carries
        self.re = re
        self.session = session
