"""The JSON body of a request, read within bounds: anything but one clean JSON text is a named fault."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import NoReturn

from starlette.requests import ClientDisconnect, Request

from device.errors import InvalidField

MAX_BYTES = 16 * 1024
MAX_WAIT_S = 5.0


async def read_json(request: Request) -> object:
    """The decoded body of `request`. Raises InvalidField with field `body`."""
    return decode_json(await _read(request))


def decode_json(raw: bytes) -> object:
    """The value of the JSON text `raw`, RFC 8259 to the letter. Raises InvalidField with field `body`.

    Refused beside what is no JSON: other encodings than UTF-8 and a key given twice, because two readers of
    the same text would then understand two different things.
    """
    try:
        # Decoded here: given bytes, json would also take UTF-16 and UTF-32.
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise InvalidField("body", "is not UTF-8") from None
    except RecursionError:
        raise InvalidField("body", "is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise InvalidField("body", f"is not JSON: {error.msg} at character {error.pos}") from None
    except ValueError:  # the limit on digits (sys.set_int_max_str_digits)
        raise InvalidField("body", "holds a number with too many digits") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        # The key is not repeated in the message: it may hold what no message can carry.
        raise InvalidField("body", "holds an object with the same key twice")
    return fields


def _no_constant(name: str) -> NoReturn:
    raise InvalidField("body", f"holds {name}, which is not JSON")


async def _read(request: Request) -> bytes:
    """The bytes of the body, at most MAX_BYTES, that arrive within MAX_WAIT_S."""
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > MAX_BYTES:
        _refuse_size()
    raw = bytearray()
    try:
        async with asyncio.timeout(MAX_WAIT_S), aclosing(request.stream()) as chunks:
            async for chunk in chunks:
                raw += chunk
                if len(raw) > MAX_BYTES:
                    _refuse_size()
    except TimeoutError:
        raise InvalidField("body", f"did not arrive whole within {MAX_WAIT_S:g} s") from None
    except ClientDisconnect:  # nobody is there to read the refusal; it ends the request like any other
        raise InvalidField("body", "did not arrive whole") from None
    return bytes(raw)


def _refuse_size() -> NoReturn:
    raise InvalidField("body", f"has more than {MAX_BYTES} bytes")
