"""A stick at the office: the requests on it, and what is written beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from device.errors import ContractError
from province.enrolment.office import TicketOffice
from province.enrolment.refusal import EnrolmentRefused
from sync.contract.stick import (
    ANSWER,
    MOST_BYTES,
    REFUSAL,
    REQUEST,
    StickAnswer,
    StickRefusal,
    StickRequest,
    read_request,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request. `refused` None: `file` is the answer, written now if `new`."""

    request: Path
    device: str
    file: Path
    new: bool = True
    refused: EnrolmentRefused | None = None
    unreadable: str = ""


def answer_all(folder: Path, office: TicketOffice) -> Iterator[Outcome]:
    """Answer every request in the stick's `folder`, one after another. Raises OSError, ServiceError.

    Run again it writes nothing where an answer stands; a request refused before is judged anew.
    """
    for file in sorted(folder.glob(f"*{REQUEST}")):
        if file.name.startswith("."):  # what other systems put beside each file of a stick
            continue
        stem = file.name.removesuffix(REQUEST)
        try:
            request = read_request(_content(file))
        except ContractError as error:
            yield Outcome(file, stem, file, unreadable=str(error))
            continue
        except OSError as error:  # this one; others on the stick may well be good
            yield Outcome(file, stem, file, unreadable=error.strerror or str(error))
            continue
        yield _answered(file, folder, request, office)


def _content(file: Path) -> bytes:
    """What is in the file, as much as a request may have. Raises OSError for what is no file, too."""
    # Nothing that never ends is waited for, and no link is followed off the stick.
    handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as opened:
        return opened.read(MOST_BYTES)


def _answered(file: Path, folder: Path, request: StickRequest, office: TicketOffice) -> Outcome:
    # What comes back is named by what the request's own key says, never by what a file is called.
    try:
        answer = office.answer(request)
    except EnrolmentRefused as refused:
        beside = file.with_name(file.name.removesuffix(REQUEST) + REFUSAL)
        said = StickRefusal(
            device=request.device, error=refused.code, message=str(refused), facts=dict(refused.facts)
        )
        write_on_stick(beside, _json(said))
        return Outcome(file, request.device, beside, refused=refused)
    beside = folder / f"{answer.device}{ANSWER}"
    new = not _is_answered(beside, answer)
    if new:
        write_on_stick(beside, _json(answer))
    (folder / f"{answer.device}{REFUSAL}").unlink(missing_ok=True)
    return Outcome(file, answer.device, beside, new=new)


def _is_answered(file: Path, answer: StickAnswer) -> bool:
    """Whether the file has this certificate already: an enrolment is signed anew each time it is asked."""
    try:
        held = msgspec.json.decode(_content(file), type=StickAnswer)
    except (OSError, msgspec.DecodeError):
        return False
    return (held.device, held.certificate) == (answer.device, answer.certificate)


def write_on_stick(path: Path, content: bytes) -> None:
    """Write `path` whole or not at all, and out of the cache: sticks are pulled. Raises OSError.

    Sticks are FAT: there are no modes to set, and an attempt fails.
    """
    beside = path.with_name(path.name + ".new")
    try:
        beside.unlink(missing_ok=True)  # a link that somebody has put there must lead nowhere
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _json(value: msgspec.Struct) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"
