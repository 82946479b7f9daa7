"""What vendors write in place of words: what could not be heard, noises, and what was taken out for privacy."""

from __future__ import annotations

import re

MARK = re.compile(
    r"\[{1,2}[^\W\d_][^\[\]\n]{0,40}\]{1,2}"  # [PII], [inaudible 00:03], [[NAME]], [CREDIT_CARD]
    r"|\{{1,2}[^\W\d_][^{}\n]{0,40}\}{1,2}"  # {{NAME}}, {phone_number}
    r"|</?[^\W\d_][^<>\n]{0,40}>"  # <PHONE_NUMBER>, <unk>
    r"|\((?:inaudible|unintelligible|crosstalk|silence|pause|laughs?|laughter|music|noise|redacted)[^()\n]{0,30}\)"
    r"|[*#█]{3,}|\bX{4,}\b",  # ****, ####, XXXX
    re.IGNORECASE,
)
"""A mark with its brackets. Amazon writes ``[PII]`` or ``[NAME]``, Google ``[PHONE_NUMBER]``, Genesys and Zoom
``****``, Deepgram ``[CREDIT_CARD_1]``, AssemblyAI ``[PERSON_NAME]`` or ``####``, presidio ``<PHONE_NUMBER>``."""

OPENING = frozenset("[{<(*#█Xx")


def without_marks(text: str) -> str:
    """``text`` with a space where a mark stood: what somebody said, as far as it can be read."""
    return MARK.sub(" ", text) if not OPENING.isdisjoint(text) else text
