"""Forms as browsers send them, and whether they come from a page of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

LONGEST = 4096


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields of a form that a page of ours sent. Raises HTTPException: 403, 413, 422."""
    if not from_here(request):
        raise HTTPException(403, "a form from another site")
    return await read_fields(request)


async def read_fields(request: Request) -> Mapping[str, str]:
    """The fields of a form, whoever drew it. Raises HTTPException: 413, 422."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST:
            raise HTTPException(413, f"a form has at most {LONGEST} bytes")
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise HTTPException(422, "this is no form") from None
    # A null character is no text for PostgreSQL.
    return {name: value.replace("\0", "").strip() for name, value in fields}


Form = Annotated[Mapping[str, str], Depends(read_form)]


def from_here(request: Request) -> bool:
    """Whether the browser says that our own page sent this; programs, which say nothing, have the token."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
