import gzip
import io
import struct
import time
import tracemalloc
import zipfile

import pytest

from importing import blob, contract_line, found_in, gzipped, reasons, refusal_of, zipped
from nlp.readers import unpacking
from nlp.readers.unpacking import sources_in
from nlp.readers.vendor import Hints, Source, Transcript

LINE = contract_line()


def test_gzip_is_unpacked_and_the_name_stays():
    (call,) = found_in(gzipped(LINE), "calls/c-1.json.gz")
    assert isinstance(call, Transcript)
    assert call.file == "calls/c-1.json.gz"


def test_a_zip_gives_its_members_by_name_with_their_place():
    raw = zipped(
        {"b.json": contract_line("b"), "2026/a.jsonl.gz": gzipped(contract_line("a")), "__MACOSX/x": "x", ".x": ""}
    )
    assert [(c.call_id, c.file, c.line) for c in found_in(raw, "e.zip")] == [
        ("a", "e.zip/2026/a.jsonl.gz", None),
        ("b", "e.zip/b.json", None),
    ]


def test_archives_in_archives_are_read_to_a_depth_and_no_further():
    raw = LINE.encode()
    for _ in range(unpacking.DEEPEST):
        raw = zipped({"x": raw})
    assert isinstance(found_in(raw)[0], Transcript)
    assert refusal_of(zipped({"x": raw})) == "lies more than 3 archives deep; unpack it first"


def test_an_encrypted_member_is_set_aside_and_the_others_are_read():
    raw = bytearray(zipped({"a.json": contract_line("a"), "b.json": contract_line("b")}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.find(mark) + at] |= 1
    aside, call = found_in(bytes(raw), "e.zip")
    assert aside.reason == "is encrypted; unpack the archive with its password first"
    assert aside.file == "e.zip/a.json"
    assert call.call_id == "b"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\..\\boot.ini", "C:\\boot.ini", "a/../../b"])
def test_a_member_whose_name_leads_out_of_the_archive_is_set_aside(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (reason,) = reasons(found_in(zipped({name: LINE})))
    assert reason.startswith("has a name that leads out of the archive")
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_an_archive_is_not_followed():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert refusal_of(buffer.getvalue()) == "is a link, which is not followed"


def test_a_gzip_bomb_is_stopped_long_before_it_is_unpacked():
    bomb = gzip.compress(b'{"turns": "' + b"a" * (130 * 2**20), compresslevel=1)
    began = time.monotonic()
    tracemalloc.start()
    (aside,) = found_in(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "times its size" in aside.reason or "is over 64 MiB" in aside.reason
    assert peak < 10 * unpacking.ALWAYS_ALLOWED
    assert time.monotonic() - began < 20


def test_a_zip_that_says_it_is_a_bomb_is_believed():
    raw = zipped({"a.json": b" " * (70 * 2**20)})
    assert refusal_of(raw).startswith("would unpack to 73,400,320 bytes, more than 250 times its size")


def test_a_zip_that_lies_about_its_size_is_stopped():
    raw = bytearray(zipped({"a.json": b" " * (66 * 2**20)}))
    at = raw.find(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", 100)
    (reason,) = reasons(found_in(bytes(raw)))
    assert "empty" in reason or "broken archive" in reason or "times its size" in reason


def test_a_zip_with_more_members_than_memory_is_refused_unread():
    many = zipped({})[:-22] + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 9, 9, 2**31, 0, 0)
    padded = b"PK\x03\x04" + b"\x00" * (12 * 2**20) + many
    assert refusal_of(padded).startswith("is a zip archive of more members than fit into memory")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"PK\x05\x06" + b"\x00" * 18, None),
        (b"PK\x03\x04 nonsense", "is a broken archive"),
        (gzipped(LINE)[:-12], "is cut off: its packed data ends in the middle"),
        (b"\x1f\x8bnonsense", "is a broken archive"),
        (b"BZh91AY", "bzip2"),
        (b"ID3\x04", "is a recording (MP3); give the transcript of it"),
        (b"RIFF\x00\x00\x00\x00WAVE", "is a recording (WAV)"),
        (b"\x00\x00\x00\x20ftypM4A ", "is a recording (MP4)"),
        (b"%PDF-1.7", "PDF"),
        (b"PAR1 nonsense", "is not Parquet that can be read"),
        (b"x" * 257 + b"ustar", "tar archive"),
        (b"\x00\x01\x02\x03" * 40, "is neither text nor JSON"),
        (zipped({"[Content_Types].xml": "x", "xl/a.xml": "x"}), "is an Excel or Word file"),
    ],
)
def test_what_cannot_be_read_is_set_aside_under_its_name(raw, said):
    found = reasons(found_in(raw))
    assert len(found) == (said is not None)
    assert all(said in reason for reason in found)


def test_a_file_system_that_breaks_while_it_is_read_loses_only_that_file():
    class Broken(io.BytesIO):
        def read(self, *_):
            raise ConnectionResetError("the bucket is gone")

        readinto = read1 = read

    broken = blob(b"", "s3://bucket/a.json")
    (aside,) = sources_in(type(broken)(broken.file, Broken), Hints())
    assert aside.reason == "cannot be read: the bucket is gone"


def test_lines_of_a_packed_file_come_one_by_one_in_flat_memory():
    raw = gzipped("\n".join(contract_line(f"c-{n}", "word " * 200) for n in range(4_000)))
    tracemalloc.start()
    read = sum(isinstance(source, Source) for source in sources_in(blob(raw), Hints()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read == 4_000
    assert peak < 3 * 2**20
