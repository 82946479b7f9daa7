"""Accounts and tokens as the terminal shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coaching.showing import visible

if TYPE_CHECKING:
    from coaching.account import Account, ApiToken


def print_accounts(accounts: Sequence[Account]) -> None:
    """Accounts as a table: how they get in, and what they may do."""
    _print(
        "No accounts; `verbatim user add NAME --role admin` adds the first.", HEADINGS, [_account(a) for a in accounts]
    )


def print_tokens(tokens: Sequence[ApiToken]) -> None:
    """Tokens as a table, without their secrets."""
    _print("No tokens.", ("Token", "For", "Scopes", "Teams", "Ends"), [_token(token) for token in tokens])


HEADINGS = ("Name", "Full name", "Role", "Teams", "Signs in by")


def _account(account: Account) -> tuple[str, ...]:
    how = "closed" if account.disabled_at else _way_in(account)
    return (account.user_id, account.name, account.role, ", ".join(account.teams), how)


def _way_in(account: Account) -> str:
    if account.has_password:
        return "password"
    return "identity provider" if account.subject else "link"


def _token(token: ApiToken) -> tuple[str, ...]:
    ends = "revoked" if token.revoked_at else token.expires_at.date().isoformat()
    return (token.token_id, token.name, ", ".join(token.scopes), ", ".join(token.teams), ends)


def _print(nothing: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    console = Console()
    if not rows:
        console.print(nothing)
        return
    table = Table(*headings)
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    console.print(table)
