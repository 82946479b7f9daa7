"""How often somebody may ask. Counted in this process, which is the one that serves."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.exceptions import HTTPException

from app.review_settings import ReviewSettings

SIGN_IN_MINUTES = 15

ACCOUNTS_A_CLIENT = 5
"""One address may be an office of people; so many times the tries of one account."""


class TooOften(HTTPException):
    """Asked too often; ``seconds`` until it may be asked again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(429, f"Too many requests; try again in {seconds} seconds.", {"Retry-After": str(seconds)})
        self.seconds = seconds


class Limits:
    """Requests to the pages and the API by the minute, and tries to sign in by the quarter of an hour."""

    def __init__(self, settings: ReviewSettings) -> None:
        self.counts = FixedWindowRateLimiter(MemoryStorage())
        self.pages = parse(f"{settings.requests_per_minute}/minute")
        self.api = parse(f"{settings.api_requests_per_minute}/minute")
        self.sign_ins = parse(f"{settings.sign_in_tries}/{SIGN_IN_MINUTES} minutes")
        self.sign_ins_of_a_client = parse(f"{settings.sign_in_tries * ACCOUNTS_A_CLIENT}/{SIGN_IN_MINUTES} minutes")

    def count(self, limit: RateLimitItem, kind: str, who: str) -> int:
        """Count one request and return how many are left. Raises TooOften."""
        allowed = self.counts.hit(limit, kind, who)
        ends, left = self.counts.get_window_stats(limit, kind, who)
        if not allowed:
            raise TooOften(max(1, math.ceil(ends - time.time())))
        return left

    def forget(self, limit: RateLimitItem, kind: str, who: str) -> None:
        """Begin to count anew: who signed in after two wrong tries has all of them again."""
        self.counts.clear(limit, kind, who)
