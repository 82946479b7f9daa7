"""What adapters share: secrets that stand in the environment, and what an answer of the other side means."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, SecretStr

from nlp.errors import VerbatimError
from operations.asking import Answer, NoAnswer
from operations.delivering import Sent
from operations.webhook import sent_of

BY_NAME = "env:"
"""An address that is a secret itself is written as this and a variable's name."""


def now_utc() -> datetime:
    return datetime.now(UTC)


def _variable(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise ValueError("the name of an environment variable is needed, not the secret itself, like LRS_SECRET")
    return name


Variable = Annotated[str, AfterValidator(_variable)]
"""The name of an environment variable that holds a secret; the secret itself is never kept."""


class SecretMissing(VerbatimError):
    """An environment variable that should hold a secret is not set where events are delivered."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"environment variable {variable} is not set; it holds the secret of this endpoint")
        self.variable = variable


class NotTaken(VerbatimError):
    """The other side answered something else than yes."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"answered {answer.status}")
        self.answer = answer


def secret_of(variable: str) -> SecretStr:
    """A secret of the environment. Raises SecretMissing."""
    value = os.environ.get(variable)
    if not value:
        raise SecretMissing(variable)
    return SecretStr(value)


def address_of(written: str) -> str:
    """An address, of the environment where it is written as ``env:NAME``. Raises SecretMissing."""
    return secret_of(written.removeprefix(BY_NAME)).get_secret_value() if written.startswith(BY_NAME) else written


def taken(answer: Answer) -> Answer:
    """The answer, where it is one of 2xx. Raises NotTaken."""
    if not answer.well:
        raise NotTaken(answer)
    return answer


def sent_by(tell: Callable[[], Sent], now: datetime) -> Sent:
    """What came of telling, also where the other side did not answer or did not take it."""
    try:
        return tell()
    except NotTaken as error:
        return sent_of(error.answer, now)
    except NoAnswer as error:
        return Sent("later", problem=error.problem, pause=True)
