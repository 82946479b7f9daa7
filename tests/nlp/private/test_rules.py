"""Addresses, accounts, codes, mail and dates, written and read out, and what only looks like them."""

from __future__ import annotations

import pytest

from nlp.redact import redact


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("I live at 14 Mill Street, flat 2.", "I live at [address]."),
        ("It's fourteen Tandy's Row.", "It's [address]."),
        ("send it to twenty-two oh seven winnow lane", "send it to [address]"),
        ("the parcel is at nine elm court now", "the parcel is at [address] now"),
        ("W R eight, two F T", "[address]"),
        ("the zip is 60614", "the zip is [address]"),
        ("Springfield, IL 62704", "[address]"),
        ("P.O. Box 12", "[address]"),
        ("policy number 40771", "policy number [account]"),
        ("the card ending 4242", "the card ending [account]"),
        ("I have account 74925.", "I have account [account]."),
        ("The verification code is 4829.", "The verification code is [code]."),
        ("4829 is your one-time code", "[code] is your one-time code"),
        ("r pemberton at hill cottage dot org", "[email]"),
        ("my email is john smith at gmail", "my email is [email]"),
        ("born in Lagos on the ninth of May, 1984", "born in Lagos on the [date]"),
        ("may third two thousand and two", "[date]"),
        ("the server is 192.168.10.24", "the server is [ip address]"),
    ],
)
def test_what_is_private_is_masked_by_its_kind(raw: str, shown: str) -> None:
    assert redact(raw) == shown


@pytest.mark.parametrize(
    "raw",
    [
        "It is a two way street.",
        "It takes ten minutes drive.",
        "Look at us online at example dot com",
        "The error code is 504 and the promo code is SPRING20.",
        "Your account is 30 days late.",
        "The ticket is 48213.",
        "It came on 16 November 2026.",
        "version 4.12.3 at 8:30 for 149 dollars",
        "you could have been born in a third world country",
    ],
)
def test_what_only_looks_like_it_stays(raw: str) -> None:
    assert redact(raw) == raw


@pytest.mark.parametrize(
    ("asked", "answer", "shown"),
    [
        ("And your address?", "Eleven, Hopfield Row, Marden Cross.", "[address]."),
        ("can i have your address", "eleven banksia street footscray", "[address]"),
        ("Could you read me the code?", "Um, it's 4829.", "Um, it's [code]."),
        ("What's the account number?", "It's K two 551.", "It's [account]."),
        ("May I ask when you were born?", "The first of May, sixty.", "The [date of birth]."),
        ("And your address?", "One moment, please.", "One moment, please."),
    ],
)
def test_a_question_makes_its_answer_private(asked: str, answer: str, shown: str) -> None:
    assert redact(answer, asked) == shown


def test_no_model_is_fetched_and_no_network_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    from nlp.private.presidio import Analyzer

    def refused(*_: object) -> None:
        raise AssertionError("asks the network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    found = {mask.label for mask in Analyzer().find("Mail jo@example.com, GB29 NWBK 6016 1331 9268 19, Ann Marsh", "")}
    assert {"[email]", "[iban]", "[name]"} <= found
