import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.readers import counting
from nlp.readers.counting import elements, sizes

TEXTS = st.text(alphabet='ab\\"[]{},:\n\u00e9', max_size=6)
NAMES = st.sampled_from(["turns", "words", "x"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=30,
)


def by_parsing(value, key):
    """The same count by walking the parsed value."""
    if isinstance(value, dict):
        own = len(value[key]) if isinstance(value.get(key), list) else 0
        return own + sum(by_parsing(inner, key) for inner in value.values())
    return sum(by_parsing(inner, key) for inner in value) if isinstance(value, list) else 0


@given(value=VALUES, indent=st.sampled_from([None, 1]), ascii_only=st.booleans(), at_a_time=st.integers(1, 40))
def test_the_count_over_bytes_is_the_count_over_values(value, indent, ascii_only, at_a_time):
    raw = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    before, counting.AT_A_TIME = counting.AT_A_TIME, at_a_time
    try:
        assert elements(raw, "turns") == by_parsing(value, "turns")
    finally:
        counting.AT_A_TIME = before


def test_of_a_path_only_the_arrays_inside_of_the_first_are_counted():
    raw = b'{"items": [1, 2, 3], "channels": [{"items": [4]}, {"items": []}, {"x": {"items": [[], {}]}}]}'
    assert elements(raw, "channels", "items") == 3
    assert sizes(raw, "channels", "items") == [1, 0, 2]
    assert elements(raw, "items") == 6


@pytest.mark.parametrize("raw", [b"", b"[", b"]]]", b'"', b'{"turns": [', b'{"turns": [1, 2', b"\xff\x00\\"])
def test_what_is_no_json_is_counted_without_complaint(raw):
    assert elements(raw, "turns") == 0


@given(value=VALUES, indent=st.sampled_from([None, 1]))
def test_without_a_key_the_array_that_the_document_is_is_counted(value, indent):
    raw = json.dumps(value, indent=indent).encode()
    assert elements(b"\xef\xbb\xbf " + raw) == (len(value) if isinstance(value, list) else 0)
