"""verbatim webhook and verbatim deliver, as people type them."""

import json

import pytest

from cli.main import main
from delivery_builders import a_receiver, assign
from programs import open_program


@pytest.fixture
def receiver():
    with a_receiver() as started:
        yield started


@pytest.fixture
def config(tmp_path):
    assert main(["init", str(tmp_path / "program")]) == 0
    path = tmp_path / "program" / "verbatim.toml"
    path.write_text(path.read_text() + '\n[delivery]\nallow = ["127.0.0.1"]\n')
    return path


@pytest.fixture
def verbatim(config, capsys):
    def run(*words):
        capsys.readouterr()
        status = main([*words, "--config", str(config)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def happen(config, *agents):
    with open_program(config) as program:
        for agent in agents:
            assign(program.store, agent, team="east")


def test_from_adding_to_what_is_received(verbatim, config, receiver):
    status, said, _ = verbatim("webhook", "add", "lms", receiver.address, "--type", "plan.assigned", "--team", "east")
    assert status == 0
    secret = said.splitlines()[-1]
    assert secret.startswith("whsec_")
    happen(config, "a-1")
    status, said, _ = verbatim("deliver")
    assert (status, said) == (0, "1 delivered, 0 to be tried again, 0 given up\n")
    assert json.loads(receiver.got[0].body)["subject"] == "p-a-1"
    for shown in (verbatim("webhook", "list"), verbatim("webhook", "log")):
        assert shown[0] == 0
        assert "lms" in shown[1]
        assert secret not in shown[1]


def test_what_is_not_taken_ends_with_status_3_and_is_listed_and_retried(verbatim, config, receiver):
    verbatim("webhook", "add", "lms", receiver.address)
    happen(config, "a-1")
    receiver.usual = (410, {})
    status, said, _ = verbatim("deliver")
    assert status == 3
    assert "lms answered 410: it is disabled" in said
    assert "p-a-1" in verbatim("webhook", "log", "--state", "dead")[1]
    receiver.usual = (204, {})
    assert verbatim("webhook", "enable", "lms")[0] == 0
    status, said, _ = verbatim("deliver", "--retry")
    assert (status, said.splitlines()) == (
        0,
        ["1 on their way again", "1 delivered, 0 to be tried again, 0 given up"],
    )


def test_scoring_follow_ups_tells_others_too(verbatim, config, receiver):
    verbatim("webhook", "add", "lms", receiver.address)
    happen(config, "a-1")
    assert verbatim("follow-up", "--as-of", "2026-11-16")[0] == 0
    assert len(receiver.got) == 1


def test_a_secret_is_rotated_and_an_endpoint_tested_paused_and_removed(verbatim, config, receiver):
    first = verbatim("webhook", "add", "lms", receiver.address)[1].splitlines()[-1]
    second = verbatim("webhook", "rotate", "lms")[1].splitlines()[-1]
    assert second.startswith("whsec_")
    assert second != first
    assert verbatim("webhook", "test", "lms")[:2] == (0, "lms: answered 204\n")
    assert len(receiver.got[0].headers["webhook-signature"].split(" ")) == 2
    receiver.usual = (500, {})
    assert verbatim("webhook", "test", "lms")[:2] == (3, "lms: answered 500\n")
    assert verbatim("webhook", "disable", "lms")[0] == 0
    happen(config, "a-1")
    assert verbatim("deliver")[1].startswith("0 delivered")
    assert verbatim("webhook", "remove", "lms")[0] == 0
    assert "Nobody is told" in verbatim("webhook", "list")[1]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("add", "lms", "http://hooks.example.com/x"), "only https"),
        (("add", "lms", "https://169.254.169.254/x"), "no public address"),
        (("add", "L ms", "https://hooks.example.com/x"), "a name is up to 60"),
        (("add", "lms", "https://hooks.example.com/x", "--type", "plan.asigned"), "did you mean 'plan.assigned'"),
        (("rotate", "none"), "there is none"),
        (("remove", "none"), "there is none"),
        (("test", "none"), "there is none"),
        (("log", "--state", "lost"), "it is one of waiting, done, dead, dropped"),
    ],
)
def test_wrong_use_is_one_line_and_status_2(verbatim, words, problem):
    status, said, wrong = verbatim("webhook", *words)
    assert (status, said) == (2, "")
    assert problem in wrong
    assert wrong.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("https://x.example.com", "--kind", "slak"), "kind 'slak': did you mean 'slack'?"),
        (("https://x.example.com", "--kind", "xapi", "--set", "key=k"), "xapi:"),
        (("https://x.example.com", "--kind", "genesys", "--set", "clientid=k"), "client_id"),
        (("env:HOOK", "--kind", "teams", "--set", "channel"), "write it like --set key=value"),
        (("http://x.example.com", "--kind", "teams"), "only https"),
        (("https://slack.com/api", "--kind", "slack", "--set", "token=SLACK_TOKEN"), "token and channel go together"),
        (("https://slack.com/api", "--kind", "slack", "--set", "token=xoxb-1-hush"), "name of an environment variable"),
        (("sftp://drop@files.example.com/in", "--kind", "folder"), "host_key=SHA256"),
    ],
)
def test_what_cannot_be_an_endpoint_is_refused_in_one_line_with_status_2(verbatim, words, said):
    status, _, error = verbatim("webhook", "add", "talk", *words)
    assert status == 2
    assert said in error
    assert error.count("\n") == 1
    assert "xoxb-1-hush" not in error


def test_a_message_goes_where_a_variable_says_and_the_variable_alone_is_listed(verbatim, config, receiver, monkeypatch):
    monkeypatch.setenv("TEAMS_HOOK", receiver.address)
    status, said, _ = verbatim("webhook", "add", "talk", "env:TEAMS_HOOK", "--kind", "teams")
    assert (status, said) == (0, "added talk; `verbatim webhook test talk` tries it\n")
    assert verbatim("webhook", "test", "talk")[0] == 0
    happen(config, "a-1")
    assert verbatim("deliver")[0] == 0
    assert json.loads(receiver.got[-1].body)["attachments"][0]["content"]["type"] == "AdaptiveCard"
    listed = verbatim("webhook", "list")[1]
    assert "teams" in listed
    assert receiver.address not in listed


def test_every_kind_has_a_sender(config):
    from operations.adapters.kinds import KINDS

    with open_program(config) as program:
        assert program.delivery_work().senders.keys() == KINDS.keys()


def test_the_doctor_names_who_is_not_reached_and_what_mends_it(verbatim, config, receiver):
    from app.delivery_health import delivery_standing
    from app.settings import load_settings

    assert delivery_standing(load_settings(config)) == "nobody is told yet"
    verbatim("webhook", "add", "lms", receiver.address)
    assert delivery_standing(load_settings(config)) == "1 endpoints, 0 deliveries waiting"
    happen(config, "a-1")
    receiver.usual = (410, {})
    verbatim("deliver")
    said = verbatim("doctor")[1]
    assert "`verbatim webhook enable lms`" in said
    assert "`verbatim deliver --retry --endpoint lms`" in said
