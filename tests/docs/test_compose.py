"""The services that compose.yaml sets up: in the form that compose asks for, and with nothing left open."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from cli.main import main

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = ("prefect", "deploy", "worker", "page")


def validated(path):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_file_is_as_the_specification_of_compose_asks():
    done = validated(ROOT / "compose.yaml")
    assert done.returncode == 0, done.stdout


def test_a_file_with_a_wrong_key_would_be_found(tmp_path):
    wrong = {**COMPOSE, "services": {**SERVICES, "db": {**SERVICES["db"], "restarts": "always"}}}
    (tmp_path / "compose.yaml").write_text(json.dumps(wrong))
    assert validated(tmp_path / "compose.yaml").returncode == 1


def test_no_password_stands_in_it_and_none_has_a_default():
    secret = SERVICES["db"]["environment"]["POSTGRES_PASSWORD"]
    assert secret.startswith("${POSTGRES_PASSWORD:?")
    assert "@db" in SERVICES["page"]["environment"]["VERBATIM_STORE"]
    assert ":" not in SERVICES["page"]["environment"]["VERBATIM_STORE"].split("//")[1]
    assert SERVICES["page"]["environment"]["VERBATIM_METRICS_TOKEN"] == "${VERBATIM_METRICS_TOKEN:-}"


def test_only_the_page_is_reached_from_outside_and_only_by_tls():
    assert {name for name, one in SERVICES.items() if "ports" in one} == {"page"}
    assert all(port.endswith(":443") for port in SERVICES["page"]["ports"])
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert {name for name, one in SERVICES.items() if "outside" in one.get("networks", ())} == {"worker", "page"}


@pytest.mark.parametrize("name", ["db", "prefect", "worker", "page"])
def test_every_service_that_stays_says_whether_it_is_well(name):
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


@pytest.mark.parametrize("name", OURS)
def test_our_services_may_do_nothing_that_they_need_not(name):
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert SERVICES[name]["read_only"] is True
    assert "no-new-privileges:true" in SERVICES[name]["security_opt"]


@pytest.mark.parametrize("name", ["deploy", "page"])
def test_the_commands_named_exist(name, capsys):
    verb, *options = SERVICES[name]["command"]
    assert main([verb, "--help"]) == 0
    shown = capsys.readouterr().out
    assert all(option in shown for option in options if option.startswith("--"))


def test_the_image_takes_in_every_room_and_runs_as_nobody_special():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert {f"COPY {room} {room}" for room in rooms} <= set(lines)
    assert "USER verbatim" in lines
