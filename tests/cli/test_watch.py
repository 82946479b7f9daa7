"""verbatim watch as a timer runs it: what it says, whom it tells, and what it ends with."""

import json
import sys
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from cli.main import main
from operations.start import init_program
from programs import open_program
from store import runs

RUN = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())"


@pytest.fixture
def config(tmp_path):
    return init_program(tmp_path / "program")


@pytest.fixture
def bell():
    """The other side of ``watch.url``: what it was told, and what it answers."""

    class Bell(BaseHTTPRequestHandler):
        def do_POST(self):
            server.told.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(server.answer)
            self.send_header("location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Bell)
    server.told, server.answer = [], 204
    serving = Thread(target=server.serve_forever, args=(0.05,))
    serving.start()
    yield server
    server.shutdown()
    serving.join()
    server.server_close()


def watches(config, *options):
    return main(["watch", "--config", str(config), *options])


def a_night(config):
    now = datetime.now(UTC)
    with open_program(config) as program, program.store.begin() as session:
        runs.start_run(session, "r-1", now.date(), now - timedelta(minutes=1))
        runs.finish_run(session, "r-1", now, {})


def more(config, words):
    config.write_text(config.read_text() + words)


def test_a_program_whose_night_never_ran_ends_with_1_and_says_so(config, capsys):
    assert watches(config) == 1
    said = capsys.readouterr().out
    assert said.startswith("ALARM night_missed: the night of ")
    assert "Last night done: never" in said


def test_a_program_that_is_well_ends_with_0_and_tells_nobody(config, bell, capsys):
    more(config, f'\n[watch]\nurl = "http://127.0.0.1:{bell.server_port}/"\n')
    a_night(config)
    assert watches(config) == 0
    assert "ALARM" not in capsys.readouterr().out
    assert bell.told == []


def test_an_alarm_is_told_by_post_and_by_a_command_with_the_same_key(config, bell, tmp_path):
    kept = tmp_path / "kept.json"
    command = json.dumps([sys.executable, "-c", RUN, str(kept)])
    more(config, f'\n[watch]\nurl = "http://127.0.0.1:{bell.server_port}/"\ncommand = {command}\n')
    assert watches(config) == 1
    assert watches(config) == 1
    first, second = bell.told
    assert first["kind"] == "night_missed"
    assert first["key"] == second["key"] == json.loads(kept.read_text())["key"]
    assert watches(config, "--no-tell") == 1
    assert len(bell.told) == 2


@pytest.mark.parametrize("answer", [500, 302])
def test_an_alarm_that_was_not_taken_is_said_and_no_redirect_is_followed(config, bell, capsys, answer):
    bell.answer = answer
    more(config, f'\n[watch]\nurl = "http://127.0.0.1:{bell.server_port}/?token=secret"\n')
    assert watches(config) == 1
    err = capsys.readouterr().err
    assert err == f"verbatim: watch.url: the alarm was not told: the other side answered {answer}\n"
    assert len(bell.told) == 1


def test_a_command_that_is_not_there_or_fails_is_said(config, capsys):
    more(config, '\n[watch]\ncommand = ["no-such-command"]\n')
    assert watches(config) == 1
    assert "watch.command: the alarm was not told: no-such-command: No such file" in capsys.readouterr().err


def test_a_store_that_cannot_be_reached_is_an_alarm_too(config, monkeypatch, capsys):
    monkeypatch.setenv("VERBATIM_STORE", "postgresql://verbatim:secret@127.0.0.1:1/none")
    assert watches(config, "--json") == 1
    out = capsys.readouterr().out
    assert json.loads(out)["kind"] == "store_unreachable"
    assert "secret" not in out


def test_a_cron_that_never_comes_is_wrong_use(config, capsys):
    more(config, '\n[watch]\nevery = "soon"\n')
    assert watches(config) == 2
    assert "watch.every" in capsys.readouterr().err
