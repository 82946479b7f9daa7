import fsspec
import pytest

from nlp.readers.places import Blob, NoSuchPlace, blobs_at
from nlp.set_aside import SetAside


@pytest.fixture
def bucket():
    """Files in a remote file system that lives in memory."""
    system = fsspec.filesystem("memory")
    system.pipe({"/calls/b.json": b"{}", "/calls/2026/a.json": b"[]", "/calls/.hidden/c.json": b"", "/calls/.tmp": b""})
    yield "memory://calls"
    system.rm("/calls", recursive=True)


def test_a_folder_gives_its_files_and_those_of_its_folders_by_name(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("z.txt", "a.txt", "b/c.txt", ".hidden"):
        (tmp_path / name).write_text(name)
    found = list(blobs_at(str(tmp_path)))
    assert [blob.file for blob in found] == [str(tmp_path / name) for name in ("a.txt", "b/c.txt", "z.txt")]
    with found[1].open() as stream:
        assert stream.read() == b"b/c.txt"


def test_a_file_is_given_whatever_its_name_ends_in(tmp_path):
    path = tmp_path / "export.0001"
    path.write_text("x")
    assert [blob.file for blob in blobs_at(str(path))] == [str(path)]


def test_links_out_of_the_folder_and_to_folders_are_set_aside(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "secret.txt"
    inside.mkdir()
    (inside / "folder").mkdir()
    outside.write_text("x")
    (inside / "a").symlink_to(outside)
    (inside / "b").symlink_to(inside / "folder")
    (inside / "c").symlink_to(inside / "nowhere")
    assert [each.reason for each in blobs_at(str(inside)) if isinstance(each, SetAside)] == [
        "is a link that leaves the folder; copy the file into it",
        "is a link to a folder, which is not followed",
        "is a link to a file that does not exist",
    ]


def test_where_nothing_is_the_address_is_said(tmp_path):
    with pytest.raises(NoSuchPlace, match=r"nowhere: does not exist; name a file, a folder or an address like s3://"):
        blobs_at(str(tmp_path / "nowhere"))
    with pytest.raises(NoSuchPlace, match="cannot be read"):
        blobs_at("a\x00b")


def test_a_remote_folder_is_read_as_a_local_one_is(bucket):
    found = list(blobs_at(bucket))
    assert [blob.file for blob in found] == ["memory://calls/2026/a.json", "memory://calls/b.json"]
    with found[0].open() as stream:
        assert stream.read() == b"[]"


def test_one_remote_file_is_read_too(bucket):
    (found,) = blobs_at(f"{bucket}/b.json")
    assert isinstance(found, Blob)
    assert found.file == "memory://calls/b.json"


def test_an_empty_remote_folder_is_wrong_use():
    with pytest.raises(NoSuchPlace, match="holds no file"):
        blobs_at("memory://nothing-here")


@pytest.mark.parametrize(("address", "said"), [("nosuch://x/y", "no address"), ("s3://bucket/x", "s3")])
def test_an_address_that_cannot_be_read_says_what_is_missing(address, said):
    with pytest.raises(NoSuchPlace, match=said):
        blobs_at(address)
