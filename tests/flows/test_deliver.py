"""The flow that delivers, as a worker runs it."""

import subprocess
import sys

import pytest

from delivery_builders import a_receiver, assign, put_endpoint
from operations.start import init_program
from programs import open_program

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
RUN = """
import sys
from flows.deliver import deliver
print(deliver(sys.argv[1], return_state=True).message)
"""


def test_a_run_delivers_what_is_due_and_a_second_one_does_no_harm(prefect_server, tmp_path):
    config = init_program(tmp_path / "program")
    config.write_text(config.read_text() + '\n[delivery]\nallow = ["127.0.0.1"]\n')
    with a_receiver() as receiver:
        with open_program(config) as program:
            put_endpoint(program.store, address=receiver.address)
            assign(program.store)
        said = []
        for _ in range(2):
            command = [sys.executable, "-c", RUN, str(config)]
            done = subprocess.run(command, capture_output=True, text=True, env=prefect_server)
            assert done.returncode == 0, done.stderr
            said.append(done.stdout.splitlines()[-1])
    assert said == ["1 delivered, 0 later, 0 given up", "0 delivered, 0 later, 0 given up"]
    assert len(receiver.ids) == 1
