"""The ways into the page that a terminal can open: links that sign somebody in, once and soon."""

from __future__ import annotations

import getpass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.wiring import Program
    from coaching.plan import Plan


def right_now(program: Program) -> datetime:
    """The time now, in the program's zone."""
    return datetime.now(program.settings.timezone)


def address_of(program: Program, port: int) -> str:
    """Where people reach the page."""
    return program.settings.review.public_url or f"http://127.0.0.1:{port}"


def sign_in_address(program: Program, user_id: str, port: int) -> str:
    """A link that signs this user in. Raises NoSuchUser."""
    from operations.sign_in import sign_in_link

    rules = program.settings.review.session_rules()
    return f"{address_of(program, port)}/enter/{sign_in_link(program.store, user_id, right_now(program), rules)}"


def plan_address(program: Program, plan: Plan, port: int) -> tuple[str, datetime]:
    """A link that shows the plan to its agent, and until when it works. Raises NotAnswerable where none may be made."""
    from operations.agents_answer import link_to_plan

    rules, now = program.settings.review.session_rules(), right_now(program)
    secret = link_to_plan(program.store, plan, now, rules)
    return f"{address_of(program, port)}/enter/{secret}", now + rules.plan_link


def first_address(program: Program, port: int, user_id: str | None) -> str | None:
    """The link that the server prints as it starts: for the user that is named, else for who started it.

    Where there is no account at all, whoever can start the server on this store gets the first one, an admin's without
    a password. None where accounts are there and who started it has none, or where the page is reached from elsewhere
    and nobody was named. Raises NoSuchUser for a name that is none.
    """
    from operations.accounts import NoSuchUser
    from operations.sign_in import first_admin

    if user_id is not None:
        return sign_in_address(program, user_id, port)
    if program.settings.review.public_url is not None:
        return None
    starter = login_name()
    first_admin(program.store, starter, right_now(program))
    try:
        return sign_in_address(program, starter, port)
    except NoSuchUser:
        return None


def login_name() -> str:
    """The name of whoever is logged in on this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "admin"
