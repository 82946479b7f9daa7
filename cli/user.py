"""verbatim user: who may use the review page and the API."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.settings import DEFAULT_NAME
from nlp.errors import WrongInput

user_app = typer.Typer(
    help="Accounts and tokens: add, list, disable, enable, password, link, token, tokens, revoke.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Config = Annotated[Path, typer.Option("--config", help="The program's configuration.")]
UserName = Annotated[str, typer.Argument(metavar="NAME", help="The name to sign in with.", show_default=False)]
FromInput = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input, one line.")]


@user_app.command()
def add(
    name: UserName,
    role: Annotated[str, typer.Option(help="admin, qa_manager, supervisor or viewer.", show_default=False)],
    team: Annotated[
        list[str] | None, typer.Option(help="A team that they look after; may be given more than once; '*' is all.")
    ] = None,
    full_name: Annotated[str | None, typer.Option("--full-name", help="As decisions show it; NAME by default.")] = None,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="They come by a link or the identity provider alone.")
    ] = False,
    password_stdin: FromInput = False,
    config: Config = Path(DEFAULT_NAME),
) -> None:
    """Add an account. There is none to begin with, and no default password.

    Example: verbatim user add ines.duarte --role supervisor --team billing
    """
    from app.entry import right_now
    from app.wiring import open_program
    from operations.accounts import add_user, new_user

    with open_program(config) as program:
        account = new_user(name, full_name or name, role, team or (), right_now(program))
        password = None if no_password else _new_password(password_stdin)
        add_user(program.store, account, password)
    how = f"verbatim user link {name} --config {config}" if no_password else "name and password"
    typer.echo(f"added {name}, {role.replace('_', ' ')}; they sign in by {how}")


@user_app.command("list")
def list_accounts(config: Config = Path(DEFAULT_NAME)) -> None:
    """List the accounts with their roles and teams.

    Example: verbatim user list
    """
    from app.wiring import open_program
    from cli.account_tables import print_accounts
    from operations.accounts import list_users

    with open_program(config) as program:
        print_accounts(list_users(program.store))


@user_app.command()
def disable(name: UserName, config: Config = Path(DEFAULT_NAME)) -> None:
    """Close an account at once: signed out everywhere. What they decided stays.

    Example: verbatim user disable ines.duarte
    """
    from app.entry import right_now
    from app.wiring import open_program
    from operations.accounts import disable_user

    with open_program(config) as program:
        disable_user(program.store, name, right_now(program))
    typer.echo(f"disabled {name}: signed out everywhere")


@user_app.command()
def enable(name: UserName, config: Config = Path(DEFAULT_NAME)) -> None:
    """Open a closed account again.

    Example: verbatim user enable ines.duarte
    """
    from app.wiring import open_program
    from operations.accounts import enable_user

    with open_program(config) as program:
        enable_user(program.store, name)
    typer.echo(f"enabled {name}")


@user_app.command()
def password(name: UserName, password_stdin: FromInput = False, config: Config = Path(DEFAULT_NAME)) -> None:
    """Give an account another password; it is signed out everywhere.

    Example: verbatim user password ines.duarte
    """
    from app.wiring import open_program
    from operations.accounts import find_user, set_password

    with open_program(config) as program:
        find_user(program.store, name)
        set_password(program.store, name, _new_password(password_stdin))
    typer.echo(f"changed the password of {name}: signed out everywhere")


@user_app.command()
def link(
    name: UserName,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port of `verbatim serve`.")] = 8080,
    config: Config = Path(DEFAULT_NAME),
) -> None:
    """Print a link that signs somebody in, once and soon.

    Example: verbatim user link ines.duarte
    """
    from app.entry import sign_in_address
    from app.wiring import open_program

    with open_program(config) as program:
        typer.echo(sign_in_address(program, name, port))


@user_app.command()
def token(
    name: Annotated[str, typer.Argument(help="What uses it, like 'warehouse'.", show_default=False)],
    scope: Annotated[list[str], typer.Option(help="What it is good for; may be given more than once.")],
    team: Annotated[
        list[str] | None, typer.Option(help="A team that it sees; may be given more than once; all by default.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="When it ends.")] = 90,
    config: Config = Path(DEFAULT_NAME),
) -> None:
    """Make a token for a program that uses the API. It is shown this once.

    Example: verbatim user token warehouse --scope plans:read --scope movements:read
    """
    from app.entry import login_name, right_now
    from app.wiring import open_program
    from operations.accounts import add_token

    with open_program(config) as program:
        made, secret = add_token(program.store, name, scope, team or ("*",), login_name(), right_now(program), days)
    typer.echo(f"Token {made.token_id} of {name}, until {made.expires_at.date().isoformat()}; it is not shown again:")
    typer.echo(secret)


@user_app.command()
def tokens(config: Config = Path(DEFAULT_NAME)) -> None:
    """List the tokens with their scopes, without their secrets.

    Example: verbatim user tokens
    """
    from app.wiring import open_program
    from cli.account_tables import print_tokens
    from operations.accounts import list_tokens

    with open_program(config) as program:
        print_tokens(list_tokens(program.store))


@user_app.command()
def revoke(
    token_id: Annotated[str, typer.Argument(metavar="TOKEN", help="The token's id.", show_default=False)],
    config: Config = Path(DEFAULT_NAME),
) -> None:
    """End a token at once.

    Example: verbatim user revoke 3f9c0a12bd4e
    """
    from app.entry import right_now
    from app.wiring import open_program
    from operations.accounts import revoke_token

    with open_program(config) as program:
        revoke_token(program.store, token_id, right_now(program))
    typer.echo(f"revoked {token_id}")


def _new_password(from_input: bool) -> str:
    import sys

    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise NobodyTypes
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt="Password again", err=True)
    return typed


class NobodyTypes(WrongInput):
    """A password is asked for where there is no terminal."""

    def __init__(self) -> None:
        super().__init__("there is no terminal to type a password at; use --password-stdin or --no-password")
