"""One night of the sample company for all tests here, whichever process runs them: it is their dearest minute."""

import fcntl
import os
import pickle

import pytest

from programs import run_sample, sample_program


@pytest.fixture(scope="session")
def sample_night(tmp_path_factory):
    """The configuration of the sample after its night, and what the night came to. Copy the folder to change it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # of all workers of one run
    kept = folder / "sample-night.pickle"
    with (folder / "sample-night.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            config = sample_program(folder / "sample-night")
            kept.write_bytes(pickle.dumps((config, run_sample(config))))
        return pickle.loads(kept.read_bytes())
