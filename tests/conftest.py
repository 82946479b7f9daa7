import os
from pathlib import Path

import pytest
from hypothesis import settings

NO_SKIPS = os.environ.get("VERBATIM_NO_SKIPS") == "1"

# how long one example takes depends on what else the machine does; what must be fast has a test that says so
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Where everything is installed (as in CI) a skipped test is a failed one: it would hide that nothing ran."""
    outcome = yield
    report = outcome.get_result()
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although nothing may be skipped here: {report.longrepr}"


@pytest.fixture(scope="session")
def shared():
    """The labelled calls and vendors' files that lie beside the project where it is developed."""
    folder = Path(__file__).parents[2] / "shared"
    if not (folder / "calls").is_dir():
        pytest.skip("the labelled calls are not beside this checkout")
    return folder
