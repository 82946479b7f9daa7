"""The flow as people run it: by the command, once without a server, and deployed to a real one."""

import json
import subprocess
import sys
import urllib.request

import pytest

from programs import rows_of, run_sample, sample_program

VERBATIM = [sys.executable, "-c", "from cli.main import run; run()"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def verbatim(*arguments, env):
    return subprocess.run([*VERBATIM, *map(str, arguments)], capture_output=True, text=True, env=env)


@pytest.fixture(scope="module")
def without_server(tmp_path_factory):
    import os

    env = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    config = sample_program(tmp_path_factory.mktemp("flow"))
    (config.parent / "calls" / "broken.jsonl").write_text("{")
    return config, verbatim("run", "--config", config, "--as-of", "2026-11-16", env=env)


def test_a_run_without_a_server_does_the_night_and_reports_the_broken_file(without_server):
    config, done = without_server
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[-1].startswith("Set aside: 1 record")
    assert (config.parent / "reports" / "2026-11-16.html").exists()
    assert (config.parent / ".prefect").is_dir()


def test_the_flow_keeps_what_the_operations_keep(without_server, tmp_path):
    config = sample_program(tmp_path / "plain")
    (config.parent / "calls" / "broken.jsonl").write_text("{")
    run_sample(config)
    plain, flow = rows_of(config), rows_of(without_server[0])
    plain.pop("set_aside"), flow.pop("set_aside")  # they name the folder
    assert flow == plain


def test_a_deployed_cron_yields_runs_in_the_programs_time_zone(prefect_server, tmp_path):
    config = sample_program(tmp_path / "deployed")
    for _ in range(2):
        deployed = verbatim("deploy", "--config", config, env=prefect_server)
        assert deployed.returncode == 0, deployed.stderr
    runs = scheduled_runs(prefect_server["PREFECT_API_URL"])
    assert len(runs) >= 3
    assert len({run["expected_start_time"] for run in runs}) == len(runs)
    assert all(run["parameters"] == {"config": str(config.absolute())} for run in runs)
    assert all(run["expected_start_time"][11:16] in ("03:15", "04:15") for run in runs)


def test_deploying_without_a_server_says_what_is_missing(tmp_path):
    import os

    env = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = verbatim("deploy", "--config", sample_program(tmp_path / "none"), env=env)
    assert done.returncode == 2
    assert "PREFECT_API_URL is not set" in done.stderr


def test_every_entrypoint_of_the_deployment_file_imports():
    import importlib
    from pathlib import Path

    import yaml

    deployments = yaml.safe_load((Path(__file__).parents[2] / "prefect.yaml").read_text())["deployments"]
    for deployment in deployments:
        file, name = deployment["entrypoint"].split(":")
        assert callable(getattr(importlib.import_module(file.removesuffix(".py").replace("/", ".")), name))


def scheduled_runs(api):
    """The runs that the server's scheduler has made, which takes it some seconds."""
    import time

    of_flow = {"flows": {"name": {"any_": ["nightly"]}}}
    query = json.dumps({**of_flow, "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}).encode()
    for _ in range(90):
        request = urllib.request.Request(f"{api}/flow_runs/filter", query, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            runs = json.load(answer)
        if len(runs) >= 3:
            return runs
        time.sleep(1)
    return []
