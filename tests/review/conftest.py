import pytest

from plan_builders import a_plan
from review.app import make_app
from store.session import open_store
from web_builders import Clock, a_program


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory):
    path = tmp_path_factory.mktemp("review") / "template.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def store(empty_store, tmp_path):
    path = tmp_path / "verbatim.db"
    path.write_bytes(empty_store.read_bytes())
    with open_store(f"sqlite:///{path}") as opened:
        yield opened


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def east():
    return a_plan("a-1", team="east", supervisor_id="s-1")


@pytest.fixture
def west():
    return a_plan("a-2", team="west", supervisor_id="s-2")


@pytest.fixture
def program(tmp_path, store, east, west):
    return a_program(tmp_path, store, east, west)


@pytest.fixture
def app(program, clock):
    return make_app(program, clock)
