from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from nlp.errors import WrongInput
from nlp.files import NoSuchInput, NotText, files_in, not_utf8, one_file, open_text
from nlp.set_aside import SetAside

ENDINGS = (".json", ".jsonl")


def names(folder: Path) -> list[str]:
    return [str(found.relative_to(folder)) for found in files_in(folder, ENDINGS, "calls") if isinstance(found, Path)]


def reasons(folder: Path) -> dict[str, str]:
    found = files_in(folder, ENDINGS, "calls")
    return {Path(each.file).name: each.reason for each in found if isinstance(each, SetAside)}


def touch(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()


def test_a_file_means_itself(tmp_path: Path) -> None:
    touch(tmp_path, "CALLS.JSONL")
    assert list(files_in(tmp_path / "CALLS.JSONL", ENDINGS, "calls")) == [tmp_path / "CALLS.JSONL"]


def test_a_folder_means_the_files_in_it_and_below_by_name(tmp_path: Path) -> None:
    touch(tmp_path, "b.json", "a/z.jsonl", "a/b/c.Json", "c.jsonl")
    assert names(tmp_path) == ["a/b/c.Json", "a/z.jsonl", "b.json", "c.jsonl"]


def test_hidden_files_and_notes_are_passed_over_and_others_set_aside(tmp_path: Path) -> None:
    touch(tmp_path, "a.json", ".DS_Store", ".git/b.json", "README.md", "notes.txt", "no_ending")
    assert names(tmp_path) == ["a.json"]
    assert reasons(tmp_path) == {
        "notes.txt": "calls are read from *.json or *.jsonl",
        "no_ending": "calls are read from *.json or *.jsonl",
    }


def test_a_link_is_followed_within_the_folder_only(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "secret.json"
    touch(tmp_path, "in/a.json", "in/sub/b.json", "secret.json")
    (inside / "out.json").symlink_to(outside)
    (inside / "up.json").symlink_to("../secret.json")
    (inside / "again.json").symlink_to("a.json")
    (inside / "folder").symlink_to("sub")
    assert names(inside) == ["a.json", "again.json", "sub/b.json"]
    assert reasons(inside) == {
        "out.json": "is a link that leaves the folder; copy the file into it",
        "up.json": "is a link that leaves the folder; copy the file into it",
        "folder": "is a link to a folder, which is not followed",
    }


def test_a_folder_may_itself_be_a_link(tmp_path: Path) -> None:
    touch(tmp_path, "real/a.json")
    (tmp_path / "link").symlink_to("real")
    assert names(tmp_path / "link") == ["a.json"]


def test_what_is_no_regular_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    assert reasons(tmp_path) == {"pipe.json": "is not a regular file"}
    with pytest.raises(NoSuchInput, match="is not a file"):
        one_file(tmp_path / "pipe.json", ENDINGS, "calls")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("nowhere", "does not exist; calls were to be read from there"),
        ("a.txt", r"calls are read from \*.json or \*.jsonl, not from .txt"),
        ("a.txt/b.json", "cannot be read: Not a directory"),
        ("n" * 300, "cannot be read: File name too long"),
        ("nul\x00.json", "cannot be read: embedded null byte"),
    ],
)
def test_a_path_that_holds_nothing_is_wrong_use_at_once(tmp_path: Path, path: str, reason: str) -> None:
    touch(tmp_path, "a.txt")
    with pytest.raises(NoSuchInput, match=reason) as refused:
        files_in(tmp_path / path, ENDINGS, "calls")
    assert isinstance(refused.value, WrongInput)
    assert "\n" not in str(refused.value)


def test_a_folder_where_one_file_belongs_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(NoSuchInput, match=r"is not a file; agents are read from \*.csv"):
        one_file(tmp_path, (".csv",), "agents")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (gzip.compress(b"{}", mtime=0), "gzip"),
        (b"PK\x03\x04rest", "a zip archive or an Excel workbook"),
        (b"PAR1rest", "Parquet"),
        (b"%PDF-1.7", "PDF"),
        ("{}".encode("utf-16"), "UTF-16"),
        ("{}".encode("utf-16-le"), "UTF-16"),
        ("{}".encode("utf-16-be"), "UTF-16"),
    ],
)
def test_what_is_no_text_is_named_for_what_it_is(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_bytes(content)
    with pytest.raises(NotText, match=f"is {kind}"):
        open_text(path)


def test_text_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    for start in (b"", b"\xef\xbb\xbf"):
        path.write_bytes(start + "é\r\nz\u2028z\rend".encode())
        with open_text(path) as stream:
            assert list(stream) == ["é\r\n", "z\u2028z\r", "end"]


def test_a_byte_that_is_no_utf8_is_named_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_bytes("naïve ".encode() + b"caf\xe9")
    with open_text(path) as stream:
        assert (not_utf8(stream.read()) or "").startswith("is not UTF-8 (byte 0xe9 as character 10)")
    assert not_utf8("naïve café 👍") is None
