"""A real Prefect server, one for all tests here, in a folder of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

STARTUP_SECONDS = 150


class Server:
    """A Prefect server with its memory in a folder. ``environment`` is for who is to use it."""

    def __init__(self, home):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.home = home
        here = {**os.environ, "PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
        here.pop("PREFECT_API_URL", None)
        self.environment = {**here, "PREFECT_API_URL": f"http://127.0.0.1:{self.port}/api"}
        self._own = here

    def start(self):
        serve = ["server", "start", "--host", "127.0.0.1", "--port", str(self.port), "--no-ui"]
        with (self.home / "server.log").open("ab") as log:
            command = [sys.executable, "-m", "prefect", *serve]
            self._process = subprocess.Popen(command, env=self._own, stdout=log, stderr=log)
        _wait_for(f"http://127.0.0.1:{self.port}/api/health", self._process)

    def stop(self):
        self._process.terminate()
        self._process.wait(30)

    def wipe(self):
        """Start again with nothing in memory."""
        self.stop()
        for file in self.home.glob("prefect.db*"):
            file.unlink()
        self.start()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("prefect"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def prefect_server(server):
    return server.environment


def _wait_for(url, server):
    for _ in range(STARTUP_SECONDS):
        assert server.poll() is None, "the Prefect server ended"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(1)
    raise TimeoutError(url)
