"""What of a program is behind this version, or ahead of it, each with what mends it."""

from __future__ import annotations

from pathlib import Path

from app.settings import Settings
from nlp.errors import VerbatimError
from rubric.loading import load_rubric
from rubric.lock import verify_lock, verify_locks


class Behind(VerbatimError):
    """Something works with an older or a newer state than this version, and somebody has to do something."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def store_standing(settings: Settings) -> str:
    """How the store stands, with the copies from before upgrades. Raises Behind, StoreError, NewerStore."""
    from store.engine import parse
    from store.migrating import standing
    from store.session import NothingThere, open_as_it_is

    url = settings.store_url
    try:
        with open_as_it_is(url) as store:
            found, shown = standing(store.engine), store.engine.url.render_as_string(hide_password=True)
    except NothingThere:
        return f"{parse(url).database}: not there yet; the first night makes it"
    if found.is_behind:
        raise Behind(f"{shown} answers: {found}")
    copies = _copies(Path(parse(url).database or "")) if parse(url).get_backend_name() == "sqlite" else []
    kept = f"; from before an upgrade there is {', '.join(copies)}, with every word in it: delete it when all is well"
    return f"{shown} answers: {found}{kept if copies else ''}"


def rubric_standing(settings: Settings) -> str:
    """The rubric, held against the lock beside it and against what the store knows of it.

    Raises Behind where the store has a newer version, LockedVersionEdited where a locked one was edited.
    """
    path = settings.resolve(settings.program.rubric)
    rubric = load_rubric(path)
    verify_locks(rubric, path)
    said = f"{rubric.title}, version {rubric.version}, {len(rubric.criteria)} criteria"
    if not _is_there(settings):
        return said
    from store.rubrics import get_lock, list_versions
    from store.session import open_as_it_is

    with open_as_it_is(settings.store_url) as store, store.read() as session:
        lock = get_lock(session, rubric.id, rubric.version)
        newest = max((one.version for one in list_versions(session, rubric.id)), default=rubric.version)
    if lock is not None:
        verify_lock(rubric, lock)
    if newest > rubric.version:
        raise Behind(f"{path} is version {rubric.version}, and the store knows version {newest}; put that file here")
    return said


def model_standing(settings: Settings) -> str:
    """The evidence model that the next night finds with. Raises Behind, NoSuchModel."""
    from app.wiring import finder_for

    given = settings.evidence
    folder = str(settings.resolve(given.model)) if given.model else None
    version = finder_for(folder, given.encoder, given.sure, given.alternatives, given.profile).model_version
    if version.startswith("plain-"):
        mend = f"`verbatim train` with the encoder {given.encoder!r}, and name its folder in evidence.model"
        raise Behind(f"{version}: none was made for this encoder, and one that has learned nothing is used; {mend}")
    last = _last_model(settings) if _is_there(settings) else None
    if last and last != version:
        return f"{version}; the last night had {last}, so the next one finds its evidence anew"
    return version


def _is_there(settings: Settings) -> bool:
    """Whether there is a store at this version: one that is not is told of elsewhere."""
    from store.engine import StoreError
    from store.migrating import standing
    from store.session import open_as_it_is

    try:
        with open_as_it_is(settings.store_url) as store:
            found = standing(store.engine)
    except StoreError:
        return False
    return found.revision == found.head


def _last_model(settings: Settings) -> str | None:
    from store.runs import list_runs
    from store.session import open_as_it_is

    with open_as_it_is(settings.store_url) as store, store.read() as session:
        return next((run.made_with.model_version for run in list_runs(session) if run.made_with.model_version), None)


def _copies(database: Path) -> list[str]:
    return sorted(path.name for path in database.parent.glob(f"{database.name}.at-*"))
