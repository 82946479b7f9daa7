"""Sentences to vectors without a net: a row for each token, added up and brought to length one.

The rows were distilled from the packaged encoder, as Model2Vec does it (Tulkens and van Dongen, 2024): each token alone
through the encoder, principal directions, common tokens weighed down (smooth inverse frequency; Arora et al., 2017).
They are whole numbers, so a sum is the same to the last digit on every machine and in any order.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nlp.errors import WrongInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.int8]
    Vectors = NDArray[np.float32]

STATIC = "all-MiniLM-L6-v2-static"
TABLE_FILE, TOKENIZER_FILE = "tokens.safetensors", "tokenizer.json"
LONGEST = 256
"""Tokens of a text that count; the others are cut off, as the packaged encoder does."""
TOGETHER = 256
"""Texts whose rows are in memory at once."""
CACHE_TEXTS = 10_240
DECIMALS = 5


class NoSuchTable(WrongInput):
    """A file that holds no table of tokens, or one that does not fit."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


class TokenTable(NamedTuple):
    """A row for each token of the vocabulary, shape (tokens, dimensions), each to be doubled ``shifts`` times."""

    rows: Rows
    shifts: Rows


class StaticEncoder:
    """Vectors by looking tokens up; see nlp.encoder.Encoder. Microseconds a sentence, nothing heavy to load."""

    def __init__(self, folder: Path | None = None, name: str = STATIC) -> None:
        self.name, self._folder = name, folder or packaged_table()
        self._cache: OrderedDict[str, Vectors] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See nlp.encoder.Encoder; a text of nothing that is known is all zeros. Raises NoSuchTable."""
        import numpy as np

        missing = list(dict.fromkeys(text for text in texts if text not in self._cache))
        for at in range(0, len(missing), TOGETHER):
            some = missing[at : at + TOGETHER]
            rows = (row.copy() for row in self._compute(some))  # a row alone would keep its whole batch in memory
            self._cache.update(zip(some, rows, strict=True))
        found = [self._cache[text] for text in texts]
        while len(self._cache) > CACHE_TEXTS:
            self._cache.popitem(last=False)
        return np.stack(found) if found else np.zeros((0, self._table.rows.shape[1]), dtype=np.float32)

    def _compute(self, texts: list[str]) -> Vectors:
        """Sums of whole numbers, their lengths exact too: no digit depends on the machine."""
        import numpy as np

        tokens = [one.ids for one in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        sums = np.zeros((len(texts), self._table.rows.shape[1]), dtype=np.int64)
        said = [n for n, ids in enumerate(tokens) if ids]
        if said:
            flat = np.concatenate([tokens[n] for n in said])
            starts = np.cumsum([0, *(len(tokens[n]) for n in said[:-1])])
            rows = self._table.rows[flat].astype(np.int32) << self._table.shifts[flat, None].astype(np.int32)
            sums[said] = np.add.reduceat(rows, starts)
        lengths = np.sqrt((sums * sums).sum(axis=1, keepdims=True).astype(np.float64))
        vectors: Vectors = np.round(sums / np.maximum(lengths, 1.0), DECIMALS).astype(np.float32)
        return vectors

    @cached_property
    def _table(self) -> TokenTable:
        return read_table(self._folder / TABLE_FILE)

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        from nlp.encoder import packaged_path

        tokenizer = Tokenizer.from_file(str(packaged_path() / TOKENIZER_FILE))
        tokenizer.no_padding()
        tokenizer.enable_truncation(LONGEST)
        if tokenizer.get_vocab_size() != len(self._table.rows):
            rows = len(self._table.rows)
            raise NoSuchTable(self._folder, f"{rows} rows for {tokenizer.get_vocab_size()} tokens of the vocabulary")
        return tokenizer


@lru_cache(maxsize=1)
def load_static() -> StaticEncoder:
    """The table that ships; one a process, nothing loaded yet."""
    return StaticEncoder()


def packaged_table() -> Path:
    """The folder of the table that ships."""
    return Path(str(files("nlp") / "artifacts" / "static"))


def read_table(path: Path) -> TokenTable:
    """The table of a file that ``write_table`` wrote. Raises NoSuchTable."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        held = load_file(path)
        return TokenTable(held["rows"], held["shifts"])
    except (OSError, SafetensorError, KeyError) as error:
        raise NoSuchTable(path, f"holds no table of tokens ({type(error).__name__})") from None


def write_table(path: Path, vectors: NDArray[np.float64]) -> None:
    """Round the vectors of all tokens to eight bits, each at its own power of two, and write them; folders are made."""
    import numpy as np
    from safetensors.numpy import save_file

    largest = np.maximum(np.abs(vectors).max(axis=1), 1e-12)
    unit = largest.max() / 127 / 2**SHIFTS
    shifts = np.clip(np.ceil(np.log2(largest / (127 * unit))), 0, SHIFTS)
    rows = np.round(vectors / (unit * 2.0**shifts)[:, None]).clip(-127, 127)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({"rows": rows.astype(np.int8), "shifts": shifts.astype(np.int8)}, path)


SHIFTS = 12
"""Doublings between the smallest and the largest row: a sum of 256 of the largest still fits 32 bits."""
