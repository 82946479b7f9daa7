"""Serving a program's pages on this machine."""

from __future__ import annotations

from pathlib import Path

from nlp.errors import WrongInput

LOOPBACK = "127.0.0.1"


class PortTaken(WrongInput):
    """The port cannot be listened on."""

    def __init__(self, port: int, problem: str) -> None:
        super().__init__(f"port {port} on {LOOPBACK}: {problem}; name another with --port")
        self.port = port


def serve_program(config: Path, port: int) -> None:
    """Serve until interrupted. Raises PortTaken before anything is opened, ConfigError for a wrong configuration."""
    import socket

    import uvicorn

    from app.wiring import open_program
    from review.app import make_app

    with open_program(config) as program, socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError as error:
            raise PortTaken(port, error.strerror or "cannot be listened on") from None
        print(f"http://{LOOPBACK}:{port}  (Ctrl+C ends it)", flush=True)  # noqa: T201
        server = uvicorn.Server(uvicorn.Config(make_app(program), log_level="warning", access_log=False))
        server.run(sockets=[listener])
