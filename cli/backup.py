"""verbatim backup, restore and upgrade: a store into a file, out of it, and on to this version."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.settings import DEFAULT_NAME

if TYPE_CHECKING:
    from app.settings import Settings
    from operations.backup import BackupReport
    from operations.backup_file import Manifest
    from operations.restore import Rehearsal

FOLDER = "backups"
"""Where a backup goes that nobody named, beside the configuration."""

Config = Annotated[Path, typer.Option("--config", help="The program's configuration.")]
Unverified = Annotated[
    bool, typer.Option("--unverified", help="Take it although its audit trail does not hold, or was not looked at.")
]


def backup(
    config: Config = Path(DEFAULT_NAME),
    to: Annotated[
        Path | None, typer.Option("--to", help=f"The new file; by default one named by the time, in {FOLDER}/.")
    ] = None,
    unverified: Unverified = False,
) -> None:
    """Write the whole store into one file, from one moment, while others go on working.

    The file is the same from SQLite and PostgreSQL and goes back into either. It holds every word that the store
    holds: keep it like the store. docs/backup.md says what else a program is made of.

    Example: verbatim backup --to /mnt/backups/verbatim.zip
    """
    from app.settings import load_settings

    _say(_backed_up(load_settings(config), to, "store", verified=not unverified))


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `verbatim backup` wrote.", show_default=False)],
    config: Config = Path(DEFAULT_NAME),
    check: Annotated[
        bool, typer.Option("--check", help="Only see whether it can be: into a store of its own, which goes again.")
    ] = False,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="In the place of all rows that are there, of which a backup is made first."),
    ] = False,
    no_backup: Annotated[
        bool, typer.Option("--no-backup", help="With --replace: without a backup of what is there.")
    ] = False,
    unverified: Unverified = False,
) -> None:
    """Fill an empty store with a backup, whole and verified; where something is amiss the store stays as it was.

    A backup of an older version is brought to this one. Stop the page and the worker before.

    Example: verbatim restore backups/store-2026-11-16T041500Z.zip --check
    """
    from app.settings import load_settings
    from coaching.wording import counted
    from operations.restore import holds_rows, rehearse, restore

    if check:
        raise typer.Exit(_say_rehearsed(rehearse(file, verified=not unverified)))
    settings = load_settings(config)
    if replace and not no_backup and holds_rows(settings.store_url):
        _say(_backed_up(settings, None, "before-restore", verified=False))
    done = restore(file, settings.store_url, replace=replace, verified=not unverified)
    came = f", brought from revision {done.manifest.revision} to {done.head}" if done.upgraded else ""
    typer.echo(f"Restored {counted(done.manifest.rows, 'row')}{came}{_trail(done.manifest)}")
    typer.echo("Check it: verbatim audit verify && verbatim doctor")


def upgrade(
    config: Config = Path(DEFAULT_NAME),
    no_backup: Annotated[bool, typer.Option("--no-backup", help="Without a backup first.")] = False,
) -> None:
    """Bring the store to this version, with a backup first; where the upgrade fails the store stays as it was.

    Every other command upgrades the store too when it opens it, without that backup.

    Example: verbatim upgrade --config quality/verbatim.toml
    """
    from app.settings import load_settings
    from store.migrating import standing
    from store.session import open_as_it_is, open_store

    settings = load_settings(config)
    with open_as_it_is(settings.store_url) as store:
        before = standing(store.engine)
    if not before.is_behind:
        typer.echo(f"Nothing to do: {before}")
        return
    if not no_backup:
        _say(_backed_up(settings, None, f"before-upgrade-from-{before.revision}", verified=False))
    open_store(settings.store_url).close()
    typer.echo(f"Upgraded from revision {before.revision} to {before.head}")


def _backed_up(settings: Settings, to: Path | None, name: str, *, verified: bool) -> BackupReport:
    from operations.backup import backup
    from store.session import open_as_it_is

    now = datetime.now(UTC)
    path = to or settings.folder / FOLDER / f"{name}-{now:%Y-%m-%dT%H%M%SZ}.zip"
    with open_as_it_is(settings.store_url) as store:
        return backup(store, path, now, verified=verified)


def _say(done: BackupReport) -> None:
    from coaching.wording import counted

    kept = done.manifest
    tables = counted(len(kept.tables), "table")
    typer.echo(f"Wrote {done.path}: {counted(kept.rows, 'row')} of {tables}, revision {kept.revision}{_trail(kept)}")
    typer.echo(f"sha256 {done.sha256}")


def _say_rehearsed(found: Rehearsal) -> int:
    from coaching.wording import counted

    kept = found.report.manifest
    made = f"made {kept.made_at:%Y-%m-%d %H:%M:%S} UTC by Verbatim {kept.made_by} from {kept.database}"
    typer.echo(f"It can be restored: {counted(kept.rows, 'row')}, revision {kept.revision}, {made}{_trail(kept)}")
    for wrong in found.wrong:
        typer.echo(f"wrong quote: {wrong}")
    plans = f"{counted(found.verified.plans, 'plan')} as the audit trail says, " if found.verified else ""
    typer.echo(f"{plans}{counted(len(found.wrong), 'quote')} not in the call")
    return 3 if found.wrong else 0


def _trail(kept: Manifest) -> str:
    from coaching.wording import counted

    return (
        f"; audit trail of {counted(kept.trail.entries, 'entry', 'entries')}, digest {kept.trail.digest}"
        if kept.trail
        else ""
    )
