"""Signing in at an identity provider: OpenID Connect, the code flow with PKCE, by Authlib."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.review_settings import OidcSettings, provider_secret
from coaching.account import ALL_TEAMS
from operations.accounts import digest_of_secret
from operations.provider import NotLetIn, Vouched, sign_in_vouched
from operations.sign_in import SECRET_BYTES
from review.access import anyone
from review.access_log import noted
from review.errors import SIGN_IN
from review.gate import Gate, client_of
from review.outside import outside_page
from review.routes.sign_in import SignInPages, inside
from store import sign_ins
from store.sign_ins import KeptPass

MINUTES = 10
"""How long somebody may take at the provider."""

BACK = "/sign-in/provider/back"


class NotVouched(Exception):
    """What came back from the provider does not say, beyond doubt, who somebody is."""


def provider_routes(gate: Gate) -> list[Route]:
    """``/sign-in/provider``, which leads to the provider, and where it leads back to; none without the setting."""
    oidc = gate.settings.review.oidc
    if oidc is None:
        return []
    pages = ProviderPages(gate, oidc, _client(oidc))
    return [Route("/sign-in/provider", pages.leave, methods=["GET"]), Route(BACK, pages.back, methods=["GET"])]


def _client(oidc: OidcSettings) -> Any:
    from authlib.integrations.starlette_client import OAuth

    secret = provider_secret()
    return OAuth().register(
        "provider",
        client_id=oidc.client_id,
        client_secret=secret,
        server_metadata_url=f"{oidc.issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": oidc.scope,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
            "timeout": 10,
        },
    )


@dataclass(frozen=True)
class ProviderPages:
    gate: Gate
    oidc: OidcSettings
    client: Any

    @anyone
    async def leave(self, request: Request) -> Response:
        """To the provider. What belongs to this attempt is kept here, under a secret that this browser alone has."""
        target = inside(request.query_params.get("next", "/"))
        request.scope["session"] = {}
        try:
            answer: Response = await self.client.authorize_redirect(request, self._address(request))
            await self._check_issuer()
        except Exception as error:
            return self._refused(request, error)
        secret = secrets.token_urlsafe(SECRET_BYTES)
        await run_in_threadpool(self._remember, secret, {"session": request.scope["session"], "next": target})
        cookies = self.gate.cookies
        cookies.write(answer, cookies.provider, secret, MINUTES * 60)
        return answer

    @anyone
    async def back(self, request: Request) -> Response:
        """From the provider, with a code that is good for its word on who this is."""
        gate = self.gate
        try:
            content = await run_in_threadpool(self._recall, request)
            person = await self._vouched(request, content["session"])
            given = (gate.store, person, self.oidc.roles, gate.now(), gate.rules)
            secret = await run_in_threadpool(sign_in_vouched, *given)
        except Exception as error:
            return self._refused(request, error)
        noted("signed in", user=person.user_id, by="identity provider", client=client_of(request))
        answer = await run_in_threadpool(SignInPages(gate).begin, request, secret, str(content["next"]))
        gate.cookies.take_back(answer, gate.cookies.provider)
        return answer

    async def _vouched(self, request: Request, session: dict[str, Any]) -> Vouched:
        request.scope["session"] = session
        must = {"essential": True}
        claims_options = {
            "iss": must | {"value": await self._check_issuer()},
            "aud": must | {"value": self.oidc.client_id},
            "sub": must,
            "exp": must,
            "nonce": must,
        }
        token = await self.client.authorize_access_token(request, claims_options=claims_options, leeway=60)
        if "userinfo" not in token:
            raise NotVouched("no id token")
        return self._person(token["userinfo"])

    async def _check_issuer(self) -> str:
        """The provider's own name, which must be the one that is configured."""
        metadata = await self.client.load_server_metadata()
        issuer = str(metadata.get("issuer", ""))
        if issuer.rstrip("/") != self.oidc.issuer:
            raise NotVouched("the provider calls itself otherwise")
        return issuer

    def _person(self, claims: dict[str, Any]) -> Vouched:
        user = claims.get(self.oidc.user_claim)
        if not isinstance(user, str) or not user.strip() or not user.isprintable() or len(user) > 500:
            raise NotVouched(f"no {self.oidc.user_claim}")
        if self.oidc.user_claim == "email" and claims.get("email_verified") is not True:
            raise NotVouched("the address is not verified")
        name = claims.get("name")
        return Vouched(
            subject=f"{self.oidc.issuer} {claims['sub']}",
            user_id=user,
            name=name if isinstance(name, str) and name.isprintable() and name else user,
            groups=_words(claims.get(self.oidc.group_claim)),
            teams=tuple(team for team in _words(claims.get(self.oidc.teams_claim)) if team != ALL_TEAMS),
        )

    def _address(self, request: Request) -> str:
        origin = self.gate.settings.review.origin or f"http://{request.headers['host']}"
        return f"{origin}{BACK}"

    def _remember(self, secret: str, content: dict[str, Any]) -> None:
        now = self.gate.now()
        kept = KeptPass(digest_of_secret(secret), "provider", now, now + timedelta(minutes=MINUTES), content=content)
        with self.gate.store.begin() as session:
            sign_ins.add_pass(session, kept)

    def _recall(self, request: Request) -> dict[str, Any]:
        secret = self.gate.cookies.read(request, self.gate.cookies.provider) or ""
        with self.gate.store.begin() as session:
            found = sign_ins.use_up_pass(session, digest_of_secret(secret), "provider", self.gate.now())
        if found is None:
            raise NotVouched("no attempt of this browser")
        return found.content

    def _refused(self, request: Request, error: Exception) -> Response:
        """Whatever went wrong, nobody is signed in; what it was is for the log."""
        noted("refused: identity provider", error=type(error).__name__, client=client_of(request), why=_why(error))
        said = "The identity provider did not confirm who you are, or could not be reached. Nobody was signed in."
        if isinstance(error, NotLetIn):
            said = f"You are signed in there, and not let in here: {error.because}."
        words = {"title": "Not signed in", "message": said, "href": SIGN_IN, "link": "To sign in"}
        return outside_page(request, "message.html", words, 403)


def _words(value: object) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    return tuple(one for one in listed if isinstance(one, str)) if isinstance(listed, list | tuple) else ()


def _why(error: Exception) -> str:
    return "an answer that is not as it must be" if isinstance(error, ValidationError) else str(error)[:200]
