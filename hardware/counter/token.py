"""What may be a bearer token; whether a request carries it, `hardware/counter/bearer.py` sees."""

from __future__ import annotations

import re

from device.errors import ConfigError

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # b64token of RFC 6750, section 2.1


def checked_token(token: str) -> str:
    """`token`, if a header can carry it. Raises ConfigError: an empty one would let everybody in."""
    if not _TOKEN.fullmatch(token):
        raise ConfigError(
            [
                "counter.token_file: must hold one token of the characters A-Z a-z 0-9 - . _ ~ + / ="
                " and nothing else; make one with: openssl rand -hex 32"
            ]
        )
    return token
