"""A sealed blob as a message: its size, its name, its one form."""

from __future__ import annotations

import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.errors import ContractError
from sync.contract.batch import STEP_BYTES
from sync.contract.messages import Sealed
from sync.contract.sealed import blob_hash, blob_of, build_sealed

LOG_ID = "00112233445566778899aabbccddeeff"
KID = "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"


def sealed(enc: bytes = b"\x04" + bytes(64), ct: bytes = bytes(1040), *, seq: int = 7) -> Sealed:
    return build_sealed(LOG_ID, seq, kid=KID, suite="HPKE-P256-SHA256-A128GCM", enc=enc, ct=ct)


@given(st.binary(min_size=1, max_size=200), st.binary(min_size=1, max_size=2000))
def test_a_blob_comes_out_as_it_went_in(enc: bytes, ct: bytes) -> None:
    assert blob_of(sealed(enc, ct)) == (enc, ct)


@given(st.integers(1, 2**53 - 1))
def test_every_message_has_the_same_size_whatever_row_it_is_of(seq: int) -> None:
    assert len(msgspec.json.encode(sealed(seq=seq))) == 2 * STEP_BYTES


def test_a_blob_is_named_by_the_hash_of_both_its_parts() -> None:
    assert blob_hash(b"ab", b"c") == hashlib.sha256(b"abc").hexdigest()


@pytest.mark.parametrize("text", ["A", "AB=", "QR", "AAAA\n", "QUI+", "é"])
def test_what_is_not_the_one_form_of_some_bytes_is_refused(text: str) -> None:
    with pytest.raises(ContractError, match=r"^ct (is not base64url|has bits after)"):
        blob_of(msgspec.structs.replace(sealed(), ct=text))
