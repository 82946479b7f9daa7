"""Serving a program's pages on this machine."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.errors import WrongInput

if TYPE_CHECKING:
    import socket

LOOPBACK = "127.0.0.1"
TURN_SECONDS = 0.0005
"""How long a thread may keep the interpreter while another waits for it, a tenth of Python's own 5 ms.

A page gives it up at each question to the store; behind one that masks much it would wait those 5 ms each time.
"""


class PortTaken(WrongInput):
    """The port cannot be listened on."""

    def __init__(self, port: int, problem: str) -> None:
        super().__init__(f"port {port} on {LOOPBACK}: {problem}; name another with --port")
        self.port = port


def serve_program(config: Path, port: int, as_user: str | None = None) -> None:
    """Serve until interrupted, and print a link that signs in once.

    Raises PortTaken before anything is opened, ConfigError for a wrong configuration, NoSuchUser for ``as_user``.
    """
    from threading import Thread

    import uvicorn

    from app.entry import address_of, first_address
    from app.telemetry import set_up_telemetry
    from app.wiring import open_program
    from review.app import make_app

    with listening(port) as listener, open_program(config) as program:
        app = make_app(program)
        link = first_address(program, port, as_user)
        print(f"{address_of(program, port)}  (Ctrl+C ends it)", flush=True)  # noqa: T201
        print(_how_to_sign_in(link, program.settings.review.sign_in_link_minutes), flush=True)  # noqa: T201
        set_up_telemetry(program.settings.log)
        sys.setswitchinterval(TURN_SECONDS)
        Thread(target=_warm_up, args=(program.settings.report.redact,), daemon=True).start()
        options = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=program.settings.review.public_url is not None,
            forwarded_allow_ips=LOOPBACK,
        )
        uvicorn.Server(options).run(sockets=[listener])


def _warm_up(redact: bool) -> None:
    """Load what masking needs, and take all that is loaded by then out of what the collector walks again and again.

    It would hold up every page for a third of a second, now and then, to find nothing.
    """
    if redact:
        from nlp.redact import get_ready

        get_ready()
    gc.collect()
    gc.freeze()


def listening(port: int) -> socket.socket:
    """A socket on this machine's own address. Raises PortTaken."""
    import socket

    # the protocol is named: without it asyncio leaves Nagle's algorithm on, and every page waits 40 ms for nothing
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError as error:
        listener.close()
        raise PortTaken(port, error.strerror or "cannot be listened on") from None
    return listener


def _how_to_sign_in(link: str | None, minutes: float) -> str:
    if link is None:
        return "Sign in by name and password; `verbatim user link NAME` prints a link for an account."
    return f"Sign in, once and within {minutes:g} minutes: {link}"
