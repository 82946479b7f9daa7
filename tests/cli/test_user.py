"""verbatim user and the link that verbatim serve prints."""

import io
import os
import re
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from app.entry import first_address
from app.wiring import open_program
from cli.main import main
from operations.accounts import add_user, list_users, new_user, token_of
from operations.sign_in import link_opens, sign_in

PASSWORD = "grey otter under seven bridges"


@pytest.fixture
def config(tmp_path, capsys):
    assert main(["init", str(tmp_path / "quality")]) == 0
    capsys.readouterr()
    return str(tmp_path / "quality" / "verbatim.toml")


@pytest.fixture
def user(config, capsys):
    def run(*arguments):
        status = main(["user", *arguments, "--config", config])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def secret_of(address):
    return address.strip().rpartition("/")[2]


def test_the_first_admin_is_added_with_a_password_from_the_input(user, config, monkeypatch):
    assert user("list")[1] == "No accounts; `verbatim user add NAME --role admin` adds the first.\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORD + "\n"))
    status, said, _ = user("add", "ines", "--role", "admin", "--password-stdin")
    assert (status, said) == (0, "added ines, admin; they sign in by name and password\n")
    with open_program(config) as program:
        from datetime import UTC, datetime

        rules = program.settings.review.session_rules()
        assert sign_in(program.store, "ines", PASSWORD, datetime.now(UTC), rules)


def test_accounts_are_listed_with_how_they_get_in(user):
    user("add", "ines", "--role", "supervisor", "--team", "east", "--team", "west", "--no-password")
    user("add", "otto", "--role", "viewer", "--team", "*", "--no-password", "--full-name", "Otto \x1b[31mRot")
    user("disable", "otto")
    table = user("list")[1]
    assert "ines" in table
    assert "east, west" in table
    assert "closed" in table
    assert "\x1b" not in table
    assert user("enable", "otto")[1] == "enabled otto\n"
    assert "closed" not in user("list")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("add", "x", "--role", "boss", "--no-password"),
            "role 'boss': is one of admin, qa_manager, supervisor, viewer",
        ),
        (("add", "x", "--role", "viewer", "--no-password"), "a viewer needs --team"),
        (("add", "x", "--role", "admin"), "no terminal to type a password at"),
        (("disable", "ghost"), "user 'ghost': there is no such account"),
        (("link", "ghost"), "user 'ghost': there is no such account"),
        (("password", "ghost", "--password-stdin"), "user 'ghost': there is no such account"),
        (("revoke", "none"), "token 'none': there is none that still holds"),
        (("token", "x", "--scope", "plan:read"), "did you mean 'plans:read'"),
    ],
)
def test_wrong_use_is_one_line_and_writes_nothing(user, config, monkeypatch, arguments, said):
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    status, out, error = user(*arguments)
    assert (status, out) == (2, "")
    assert said in error
    assert error.count("\n") == 1
    with open_program(config) as program:
        assert list_users(program.store) == []


def test_a_weak_password_is_not_said_back(user, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("hunter2\n"))
    status, _, error = user("add", "ines", "--role", "admin", "--password-stdin")
    assert (status, "has 7 characters; 12 to 512" in error, "hunter2" in error) == (2, True, False)


def test_a_link_for_somebody_is_printed_alone(user, config):
    user("add", "ines", "--role", "admin", "--no-password")
    said = user("link", "ines", "--port", "9000")[1]
    assert said.startswith("http://127.0.0.1:9000/enter/")
    with open_program(config) as program:
        from datetime import UTC, datetime

        assert link_opens(program.store, secret_of(said), datetime.now(UTC)).user_id == "ines"


def test_a_token_is_shown_once_and_ended(user, config):
    from datetime import UTC, datetime

    secret = user("token", "warehouse", "--scope", "plans:read", "--team", "east")[1].splitlines()[-1]
    listed = user("tokens")[1]
    token_id = secret.split("_")[1]
    assert token_id in listed
    assert secret not in listed
    with open_program(config) as program:
        token = token_of(program.store, secret, datetime.now(UTC))
        assert (token.scopes, token.teams) == (("plans:read",), ("east",))
        assert user("revoke", token_id)[0] == 0
        assert token_of(program.store, secret, datetime.now(UTC)) is None
    assert "revoked" in user("tokens")[1]


def test_who_starts_the_server_gets_a_link_and_where_there_is_nobody_the_first_account(config, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "starter")
    with open_program(config) as program:
        assert first_address(program, 8080, None).startswith("http://127.0.0.1:8080/enter/")
        assert [(one.user_id, one.role, one.has_password) for one in list_users(program.store)] == [
            ("starter", "admin", False)
        ]
        monkeypatch.setattr("getpass.getuser", lambda: "another")
        assert first_address(program, 8080, None) is None, "there are accounts, and none is theirs"
        assert [one.user_id for one in list_users(program.store)] == ["starter"]
        assert first_address(program, 8080, "starter")


def test_behind_a_public_address_no_link_is_printed_unasked(config, monkeypatch):
    from datetime import UTC, datetime
    from pathlib import Path

    written = Path(config).read_text()
    given = '[review]\npublic_url = "https://coaching.example.com"'
    Path(config).write_text(written.replace("[review]", given))
    with open_program(config) as program:
        assert first_address(program, 8080, None) is None
        assert list_users(program.store) == []
        add_user(program.store, new_user("ines", "Ines", "admin", (), datetime.now(UTC)), None)
        assert first_address(program, 8080, "ines").startswith("https://coaching.example.com/enter/")


@pytest.mark.slow
def test_the_server_prints_a_link_that_signs_in_once(config):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "import sys; from cli.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "serve", "--config", config, "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ) as server:
        try:
            said = [server.stdout.readline(), server.stdout.readline()]
            link = re.search(r"http://127\.0\.0\.1:\d+/enter/\S+", said[1])[0]
            with httpx.Client(timeout=30, transport=httpx.HTTPTransport(retries=5)) as browser:
                token = re.search(r'name="csrf" value="([^"]+)"', browser.get(link).text)[1]
                answer = browser.post(link, data={"csrf": token})
                assert (answer.status_code, answer.headers["location"]) == (303, "/")
                assert "server" not in answer.headers
                assert browser.get(f"http://127.0.0.1:{port}/").status_code == 200
                assert browser.get(link).status_code == 404
                assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 303
        finally:
            server.send_signal(signal.SIGINT)
            log = server.communicate(timeout=30)[1]
    assert "event='signed in'" in log
    assert secret_of(link) not in log
