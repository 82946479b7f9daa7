"""Signatures, against the example that Standard Webhooks publishes."""

import base64
from datetime import UTC, datetime

import pytest

from operations.signing import NotASecret, new_secret, signature, signed_headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, SECONDS, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'


def test_the_published_example_is_signed_as_published():
    assert signature(SECRET, ID, SECONDS, BODY) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_each_valid_secret_has_its_signature_in_one_header():
    other, at = new_secret(), datetime.fromtimestamp(int(SECONDS), UTC)
    headers = signed_headers(ID, at, BODY, (other, SECRET))
    assert headers["webhook-id"] == ID
    assert headers["webhook-timestamp"] == SECONDS
    assert headers["webhook-signature"].split(" ") == [signature(one, ID, SECONDS, BODY) for one in (other, SECRET)]


@pytest.mark.parametrize("changed", [("msg_x", SECONDS, BODY), (ID, "1614265331", BODY), (ID, SECONDS, BODY + b" ")])
def test_a_signature_is_of_id_time_and_body(changed):
    assert signature(SECRET, *changed) != signature(SECRET, ID, SECONDS, BODY)


def test_secrets_are_long_and_each_another():
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(base64.b64decode(one.removeprefix("whsec_"))) for one in made} == {32}


@pytest.mark.parametrize("wrong", ["", "whsec_", "whsec_????", "whsec_c2hvcnQ=", SECRET.removeprefix("whsec_")])
def test_what_is_no_secret_is_refused_and_not_repeated(wrong):
    with pytest.raises(NotASecret) as caught:
        signature(wrong, ID, SECONDS, BODY)
    assert "c2hvcnQ" not in str(caught.value)
