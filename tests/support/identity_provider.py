"""An identity provider of our own on this machine: OpenID Connect with a code, PKCE and really signed tokens.

What it says can be bent, one thing at a time, to see that a bent word is not taken.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one"})
CLIENT_ID, CLIENT_SECRET = "verbatim", "told-to-both"


@dataclass
class Provider:
    """Who is at the keyboard there, and what is bent: ``claims`` replace the token's, None leaves one out."""

    issuer: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "7f", "preferred_username": "ines", "name": "Ines"})
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEY)
    algorithm: str = "RS256"
    calls_itself: str | None = None
    unsigned: bool = False
    refuses: bool = False
    sends_on: bool = False
    gone_to: int = 0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def metadata(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.calls_itself or self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "response_types_supported": ["code"],
            }
        )

    def keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [KEY.as_dict(private=False)]})

    def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        back = {"state": asked["state"]}
        if self.refuses:
            return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back | {'error': 'access_denied'})}")
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back | {'code': code})}")

    async def elsewhere(self, request: Request) -> Response:
        self.gone_to += 1
        return await self.token(request)

    async def token(self, request: Request) -> Response:
        if self.sends_on and request.url.path == "/token":
            return RedirectResponse(f"{self.issuer}/elsewhere", 307)
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        shown = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        asked = self.codes.pop(form["code"], None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        right = shown == f"{CLIENT_ID}:{CLIENT_SECRET}" and asked is not None
        if (
            not right
            or asked is None
            or (proof, form["redirect_uri"]) != (asked["code_challenge"], asked["redirect_uri"])
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {name: value for name, value in {**said, **self.person, **self.claims}.items() if value is not None}
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": self._signed(claims)})

    def _signed(self, claims: dict[str, Any]) -> str:
        signed = jwt.encode({"alg": self.algorithm, "kid": "one"}, claims, self.key)
        if not self.unsigned:
            return signed
        header = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
        return f"{header}.{signed.split('.')[1]}."

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.metadata),
                Route("/keys", self.keys),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/elsewhere", self.elsewhere, methods=["POST"]),
            ]
        )


@contextmanager
def serving(provider: Provider) -> Iterator[Provider]:
    """The provider at a free port of this machine, until the end of the block."""
    server = uvicorn.Server(uvicorn.Config(provider.app(), port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    provider.issuer = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join()
