"""Endpoints and events for tests of what others are told, and a receiver that is a real server on this machine."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from plan_builders import a_plan
from store.endpoints import Endpoint, add_endpoint
from store.plans import put_plan
from store.session import Store

AT = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def an_endpoint(endpoint_id: str = "lms", **fields: Any) -> Endpoint:
    """A webhook that is told of everything. Any field of Endpoint may be given."""
    usual: dict[str, Any] = {
        "kind": "webhook",
        "address": "https://hooks.example.com/verbatim",
        "types": (),
        "teams": (),
        "options": {},
        "secret": SECRET,
        "old_secret": None,
        "old_until": None,
        "state": "open",
        "problem": None,
        "not_before": None,
        "added_by": "ines.duarte",
        "added_at": AT,
    }
    return Endpoint(**{"endpoint_id": endpoint_id, **usual, **fields})


def put_endpoint(store: Store, endpoint_id: str = "lms", **fields: Any) -> Endpoint:
    """The same, kept."""
    endpoint = an_endpoint(endpoint_id, **fields)
    with store.begin() as session:
        add_endpoint(session, endpoint)
    return endpoint


def assign(store: Store, agent_id: str = "a-1", **fields: Any) -> None:
    """A plan that is approved: one event."""
    with store.begin() as session:
        put_plan(session, a_plan(agent_id, status="approved", decided_by="Ines", decided_at=AT, **fields))


@dataclass(frozen=True, slots=True)
class Received:
    """A request as the receiver got it. Header names are in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A real server. ``answers`` are used up one a request; then ``usual`` is answered, each a status and headers."""

    address: str
    got: list[Received] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    usual: tuple[int, dict[str, str]] = (204, {})
    before_answering: Callable[[], None] = lambda: None

    @property
    def ids(self) -> list[str]:
        """The ids of what came, each as often as it came."""
        return [one.headers["webhook-id"] for one in self.got]


@contextmanager
def a_receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver on 127.0.0.1, for as long as the test needs it; over TLS where it is given a context."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.got.append(Received(self.path, headers, body))
            status, more = receiver.answers.pop(0) if receiver.answers else receiver.usual
            receiver.before_answering()
            with suppress(BrokenPipeError, ConnectionResetError):  # whoever asked may be gone by now
                self.send_response(status)
                for name, value in {"content-length": "0", **more}.items():
                    self.send_header(name, value)
                self.end_headers()

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    receiver = Receiver(f"{scheme}://127.0.0.1:{server.server_address[1]}/hook")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(folder: Path, name: str) -> Path:
    """A file with a certificate that says of itself that it is of ``name``, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    signed = made.sign(key, hashes.SHA256())
    unlocked = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unlocked)
    path = folder / f"{name}.pem"
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path
