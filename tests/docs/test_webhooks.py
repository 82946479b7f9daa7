"""What docs/webhooks.md says is so: its receiver verifies what is sent, its settings are those that are read."""

import re
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.delivery_settings import DeliverySettings
from operations.signing import new_secret, signed_headers
from operations.webhook import BUSY
from store.events import EVENT_TYPES

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")


@pytest.fixture
def verified():
    names = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1], names)
    return names["verified"]


def test_the_receiver_of_the_page_takes_what_is_signed_and_nothing_else(verified):
    old, new, body = new_secret(), new_secret(), b'{"id":"e-1"}'
    headers = signed_headers("e-1", datetime.now(UTC), body, (new, old))
    assert verified(new, headers, body)
    assert verified(old, headers, body)
    assert not verified(new_secret(), headers, body)
    assert not verified(new, headers, body + b" ")
    assert not verified(new, headers | {"webhook-id": "e-2"}, body)
    late = signed_headers("e-1", datetime.fromtimestamp(time.time() - 301, UTC), body, (new,))
    assert not verified(new, late, body)


def test_the_settings_of_the_page_are_all_that_are_read():
    given = tomllib.loads(re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1])["delivery"]
    assert set(given) == set(DeliverySettings.model_fields)
    settings = DeliverySettings.model_validate(given)
    assert settings.every == DeliverySettings().every
    assert settings.timeout_seconds == DeliverySettings().timeout_seconds


def test_every_type_and_every_answer_that_is_treated_apart_is_on_the_page():
    assert [one for one in EVENT_TYPES if f"| `{one}` |" not in PAGE] == []
    assert ", ".join(map(str, BUSY)) in PAGE
