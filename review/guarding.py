"""No route without a declared check: the app is walked when it is made, and does not start with such a route."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from starlette.routing import BaseRoute, Mount, Route

from review.access import ACCESS, Unguarded


def declared_access(route: BaseRoute) -> tuple[str, ...]:
    """Who may use a route, as its endpoint, its mounted app or its API dependency says; empty where none does."""
    for place in (getattr(route, "endpoint", None), getattr(route, "app", None), *_dependencies(route)):
        declared: tuple[str, ...] = getattr(place, ACCESS, ())
        if declared:
            return declared
    return ()


def all_routes(routes: Iterable[BaseRoute], before: str = "") -> Iterator[tuple[str, BaseRoute]]:
    """Every route with its whole path, those of mounted apps too. A mount that declares its access is one route."""
    for route in routes:
        path = before + getattr(route, "path", "")
        inner = getattr(route, "routes", None) if isinstance(route, Mount) else None
        if inner and not declared_access(route):
            yield from all_routes(inner, path)
        else:
            yield path, route


def refuse_unguarded(routes: Iterable[BaseRoute]) -> None:
    """Raises Unguarded, which names the first route that does not say who may use it."""
    for path, route in all_routes(routes):
        if not declared_access(route):
            raise Unguarded(path)


def _dependencies(route: BaseRoute) -> list[Any]:
    asked = getattr(route, "dependencies", None) or () if isinstance(route, Route) else ()
    return [one.dependency for one in asked]
