"""Files in folders of this machine and of a real SFTP server: whole, once, and nowhere else."""

import json

import pytest

from coaching.recording import View
from delivery_builders import an_endpoint, assign
from operations.adapters.folder import Folder, FolderOptions, FolderRefused, check_folder
from operations.asking import Asking
from operations.telling import record_of
from sftp_side import an_sftp_side
from store.events import events_after
from store.session import open_store

HERE = frozenset({"127.0.0.1"})


@pytest.fixture(scope="module")
def event(tmp_path_factory):
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('event') / 'verbatim.db'}") as store:
        assign(store)
        with store.read() as session:
            return events_after(session)[0]


def drop(event, address, allow=HERE, **options):
    sender = Folder("urn:verbatim:harbour", Asking(allow, timeout=5))
    endpoint = an_endpoint("drop", kind="folder", address=address, options=options, secret=None)
    return sender.send(event, record_of(event, View(True, True)), endpoint)


def test_an_event_is_one_file_however_often_it_is_sent(event, tmp_path):
    folder = tmp_path / "to come" / "plans"
    for _ in range(2):
        assert drop(event, f"file://{folder}").verdict == "done"
    (file,) = folder.iterdir()
    assert file.name == f"plan.assigned.{event.event_id}.json"
    assert json.loads(file.read_bytes())["id"] == event.event_id


def test_a_file_that_is_there_is_left_alone_and_a_half_one_is_written_anew(event, tmp_path):
    name = f"plan.assigned.{event.event_id}.json"
    (tmp_path / f".{name}.part").write_text("{")
    assert drop(event, f"file://{tmp_path}").verdict == "done"
    assert [one.name for one in tmp_path.iterdir()] == [name]
    (tmp_path / name).write_text("read already")
    assert drop(event, f"file://{tmp_path}").verdict == "done"
    assert (tmp_path / name).read_text() == "read already"


def test_what_cannot_be_written_is_later_and_says_why(event, tmp_path):
    (tmp_path / "file").write_text("")
    sent = drop(event, f"file://{tmp_path}/file/plans")
    assert (sent.verdict, sent.pause) == ("later", True)
    assert "not written" in sent.problem


class TestSftp:
    @pytest.fixture
    def root(self, tmp_path):
        (tmp_path / "in").mkdir()
        return tmp_path

    @pytest.fixture
    def side(self, root, monkeypatch):
        monkeypatch.setenv("SFTP_PASSWORD", "hush")
        with an_sftp_side(root) as started:
            yield started

    def test_an_event_is_one_file_there(self, event, side, root):
        for _ in range(2):
            sent = drop(event, side.address, host_key=side.host_key, password="SFTP_PASSWORD")
            assert (sent.verdict, sent.problem) == ("done", None)
        (file,) = (root / "in" / "plans").iterdir()
        assert json.loads(file.read_bytes())["type"] == "plan.assigned"

    def test_a_server_with_another_key_gets_nothing_and_no_password(self, event, side, root):
        sent = drop(event, side.address, host_key="SHA256:" + "A" * 43, password="SFTP_PASSWORD")
        assert sent.verdict == "later"
        assert "is not the host_key" in sent.problem
        assert not (root / "in" / "plans").exists()

    def test_a_wrong_password_is_later_and_stands_in_no_problem(self, event, side, monkeypatch):
        monkeypatch.setenv("SFTP_PASSWORD", "guess-4711")
        sent = drop(event, side.address, host_key=side.host_key, password="SFTP_PASSWORD")
        assert sent.verdict == "later"
        assert "AuthenticationException" in sent.problem
        assert "guess-4711" not in sent.problem

    def test_a_server_inside_the_network_is_refused_unless_it_is_allowed(self, event, side):
        from operations.addresses import AddressRefused

        with pytest.raises(AddressRefused, match="no public address"):
            drop(event, side.address, frozenset(), host_key=side.host_key, password="SFTP_PASSWORD")


@pytest.mark.parametrize(
    ("address", "options", "said"),
    [
        ("https://files.example.com/x", {}, "no folder that files can be put into"),
        ("sfpt://drop@files.example.com/x", {}, "did you mean sftp://"),
        ("/srv/drop", {}, "write it like"),
        ("sftp://drop:hush@files.example.com/x", {}, "no password"),
        ("sftp://files.example.com/x", {}, "has a user, a host and a folder"),
        ("sftp://drop@files.example.com/x", {}, "host_key=SHA256"),
        ("file://drop", {}, "from its root"),
        ("memory://drop", {}, "no folder"),
    ],
)
def test_a_folder_that_cannot_be_is_refused_in_a_line(address, options, said):
    with pytest.raises(FolderRefused, match=said) as refused:
        check_folder(address, FolderOptions(**options), frozenset())
    assert "hush" not in str(refused.value)
