"""Whatever is sent as a body, the answer is one of the contract's, in the contract's form."""

from __future__ import annotations

import json

import httpx
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

QUICK = settings(
    max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.integers(-(10**4000), 10**4000) | st.floats() | ANY_TEXT
)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4)
)
HANDLING_FIELDS = ["project_no", "service_no", "assessment", "task_code", "task_name", "task_type", "status"]
NEARLY_AN_INVITATION = st.fixed_dictionaries(
    {},
    optional={
        "handling": ANYTHING
        | st.dictionaries(st.sampled_from(HANDLING_FIELDS), LEAVES)
        | st.fixed_dictionaries(
            {
                "project_no": st.just("51") | ANY_TEXT,
                "service_no": st.just(1) | st.integers(),
            },
            optional={"task_name": ANY_TEXT, "assessment": st.integers(0, 3), "status": LEAVES},
        ),
        "clerk": LEAVES,
        "ttl_s": LEAVES,
        "language": LEAVES,
        "idempotency_key": LEAVES,
        "action": st.sampled_from(["login", "welcome", "rate"]) | LEAVES,
    },
)


def assert_contract(response: httpx.Response, success: int) -> None:
    assert response.status_code in {success, 422}
    if response.status_code == 422:
        body = response.json()
        assert list(body) == ["error", "field", "fault", "message"]
        assert body["error"] == "invalid"
        assert isinstance(body["field"], str)
        assert body["field"]
        assert body["fault"] is None
        assert isinstance(body["message"], str)


def send(counter: httpx.Client, raw: bytes) -> None:
    assert_contract(counter.post("/v1/invitations", content=raw), 201)
    assert_contract(counter.post("/v1/counter", content=raw), 204)


@QUICK
@given(raw=st.binary(max_size=300))
@example(raw=b"\xff")
def test_any_bytes(counter, raw):
    send(counter, raw)


@QUICK
@given(value=ANYTHING)
def test_any_json(counter, value):
    send(counter, json.dumps(value).encode())


@QUICK
@given(value=NEARLY_AN_INVITATION)
def test_anything_near_an_invitation(counter, value):
    send(counter, json.dumps(value).encode())


@QUICK
@given(value=NEARLY_AN_INVITATION, cut=st.integers(0, 400), put=st.binary(max_size=3))
def test_an_invitation_that_was_damaged_on_its_way(counter, value, cut, put):
    raw = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    send(counter, raw[:cut] + put + raw[cut + 1 :])
