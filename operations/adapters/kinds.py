"""The kinds of endpoints, and what each needs to be told before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from nlp.errors import WrongInput
from nlp.noun import Noun, explain, nearest
from operations.adapters.answering import BY_NAME
from operations.adapters.folder import FolderOptions, check_folder
from operations.adapters.genesys import GenesysOptions
from operations.adapters.slack import SlackOptions
from operations.adapters.teams import TeamsOptions
from operations.adapters.xapi import XapiOptions
from operations.addresses import checked_url

Check = Callable[[str, Any, Collection[str]], None]


class WrongOptions(WrongInput):
    """An endpoint of that kind cannot be set so."""

    def __init__(self, kind: str, problem: str) -> None:
        super().__init__(f"{kind}: {problem}")
        self.kind, self.problem = kind, problem


class UnknownKind(WrongInput):
    """There are no endpoints of that kind."""

    def __init__(self, kind: str) -> None:
        like = nearest(kind, KINDS)
        hint = f"did you mean {like!r}?" if like else f"it is one of {', '.join(KINDS)}"
        super().__init__(f"kind {kind!r}: {hint}")
        self.kind = kind


class WebhookOptions(Noun):
    """A webhook needs nothing besides its address and the secret that it is given."""


def _check_url(address: str, options: Any, allow: Collection[str]) -> None:
    if not address.startswith(BY_NAME):
        checked_url(address, allow)


def _check_plain_url(address: str, options: Any, allow: Collection[str]) -> None:
    checked_url(address, allow)


def _check_slack(address: str, options: SlackOptions, allow: Collection[str]) -> None:
    _check_url(address, options, allow)
    if (options.token is None) != (options.channel is None):
        raise WrongOptions("slack", "token and channel go together, for a bot; an incoming webhook has neither")


@dataclass(frozen=True, slots=True)
class Kind:
    """What an endpoint of a kind is: its settings, how its address is checked, and an example of one."""

    options: type[Noun]
    check: Check
    address: str
    makes: str


KINDS: Mapping[str, Kind] = {
    "webhook": Kind(WebhookOptions, _check_plain_url, "https://lms.example.com/hook", "a signed CloudEvent"),
    "genesys": Kind(GenesysOptions, _check_plain_url, "https://api.mypurecloud.com", "a coaching appointment"),
    "xapi": Kind(XapiOptions, _check_plain_url, "https://lrs.example.com/xapi", "a statement"),
    "slack": Kind(SlackOptions, _check_slack, "https://slack.com/api or env:SLACK_HOOK", "a message"),
    "teams": Kind(TeamsOptions, _check_url, "env:TEAMS_HOOK", "an Adaptive Card"),
    "folder": Kind(FolderOptions, check_folder, "sftp://user@files.example.com/drop", "a file"),
}


def checked_options(kind: str, address: str, given: Sequence[str], allow: Collection[str]) -> dict[str, Any]:
    """The settings ``key=value`` of an endpoint, checked with its address.

    Raises UnknownKind, WrongOptions, AddressRefused, FolderRefused.
    """
    if kind not in KINDS:
        raise UnknownKind(kind)
    known = KINDS[kind]
    try:
        options = known.options.model_validate_strings(_pairs(kind, given))
    except ValidationError as error:
        # without the value: it may be the secret itself, written where its variable's name belongs
        said = explain(error, known.options)[1].partition(" (here: ")[0]
        raise WrongOptions(kind, said) from None
    known.check(address, options, allow)
    return options.model_dump(mode="json", exclude_none=True)


def _pairs(kind: str, given: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for one in given:
        key, sign, value = one.partition("=")
        if not sign or not value:
            raise WrongOptions(kind, f"--set {key}: write it like --set key=value")
        if key in pairs:
            raise WrongOptions(kind, f"--set {key}: is given twice")
        pairs[key] = value
    return pairs
