"""A sender for each kind of endpoint, as the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.settings import Settings
    from operations.delivering import Sender


def senders_of(settings: Settings) -> dict[str, Sender]:
    """What events are sent by, by the kind of endpoint."""
    from operations.adapters.folder import Folder
    from operations.adapters.genesys import Genesys
    from operations.adapters.slack import Slack
    from operations.adapters.teams import Teams
    from operations.adapters.xapi import Xapi
    from operations.asking import Asking
    from operations.webhook import Webhook, hosts

    given, page = settings.delivery, settings.review.public_url
    source = given.source_of(settings.program.name)
    ca_file = settings.resolve(given.ca_file) if given.ca_file else None
    asking = Asking(hosts(given.allow), given.timeout_seconds, ca_file)
    senders: tuple[Sender, ...] = (
        Webhook(source, asking.allow, asking.timeout, ca_file),
        Genesys(asking, settings.folder, settings.timezone, settings.plan.holidays.is_working_day, page),
        Xapi(asking),
        Slack(asking, page),
        Teams(asking, page),
        Folder(source, asking),
    )
    return {one.kind: one for one in senders}
