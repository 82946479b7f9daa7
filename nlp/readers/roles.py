"""What a label says of whoever speaks under it: words for the two sides of a call and for machines."""

from __future__ import annotations

import re
from functools import lru_cache

from nlp.readers.vendor import Role

AGENT = """
    agent, human agent, live agent, any agent, representative, customer service representative, customer service,
    service rep, csr, rep, sales rep, sales agent, salesperson, advisor, adviser, associate, operator, specialist,
    technician, support, support agent, support rep, customer support, consultant, supervisor, internal, host, banker,
    agente, asesor, asesora, conseiller, conseillere, mitarbeiter, berater, kundenberater, atendente, operador,
    operatore, medewerker, admin, teammate, employee, staff
"""
CUSTOMER = """
    customer, client, caller, end user, enduser, user, external, consumer, member, patient, guest, visitor, buyer,
    subscriber, policyholder, borrower, cliente, kunde, kundin, anrufer, klant,
    requester
"""
SYSTEM = """
    system, ivr, bot, chatbot, custom bot, virtual agent, virtual assistant, automated agent, automated system,
    automated, auto attendant, voicemail, acd, recording, ai agent, ai assistant, workflow, sistema
"""


def _words(listed: str) -> frozenset[str]:
    return frozenset(" ".join(word.split()) for word in listed.split(","))


WORDS: dict[Role, frozenset[str]] = {"agent": _words(AGENT), "customer": _words(CUSTOMER), "system": _words(SYSTEM)}


@lru_cache(maxsize=1024)  # a call's labels come again with every turn
def role_of(label: str) -> Role | None:
    """The role that a label names: ``Agent``, ``AGENT 2``, ``end_user``, ``Customer (Maria)``, ``Agent Smith``. None
    where it names none: a person's name, a channel, ``spk_0``."""
    for words in (label, re.sub(r"\(.*?\)|\[.*?\]", " ", label)):
        plain = " ".join(re.sub(r"[\W\d_]+", " ", words).split()).casefold()
        for role, known in WORDS.items():
            if plain in known:
                return role
    first = re.match(r"(agent|customer|caller)\s+[^\W\d_]", label.strip(), re.IGNORECASE)
    return None if first is None else "agent" if first[1].casefold() == "agent" else "customer"
