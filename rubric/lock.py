"""A locked version never changes: the lock holds digests, and an edit asks for a new version."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from nlp.errors import WrongInput
from nlp.noun import Id, Noun, explain
from rubric.criterion import Criterion
from rubric.rubric import Rubric
from rubric.score import When

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""sha256, hex."""


class CriterionLock(Noun):
    """``judged`` covers what two versions are compared by, ``whole`` every key of the criterion."""

    judged: Digest
    whole: Digest


class RubricLock(Noun):
    """One locked version of a rubric: digests by criterion id, and one of all that stands above the criteria.

    Comments, the order of keys and the order of criteria are not part of a version.
    """

    rubric_id: Id
    version: Annotated[int, Field(ge=1)]
    criteria: dict[str, CriterionLock]
    head: Digest
    locked_at: When = None


class LockFile(Noun):
    """``<rubric>.lock.json``: every version that was ever locked, the oldest first."""

    schema_: Annotated[Literal[1], Field(alias="schema")] = 1
    locks: Annotated[tuple[RubricLock, ...], Field(strict=False)] = ()


class LockedVersionEdited(WrongInput):
    """A version that is locked was edited.

    ``judged`` are the criteria whose scores can no longer be compared, ``otherwise`` those edited in weight,
    threshold, name or practice alone; ``added`` and ``removed`` speak for themselves, ``head`` is the rest of the file.
    """

    def __init__(
        self, rubric: Rubric, judged: list[str], otherwise: list[str], added: list[str], removed: list[str], head: bool
    ) -> None:
        parts = [
            _listed("what is judged changed in", judged),
            _listed("weight, threshold, critical, name or practice changed in", otherwise),
            _listed("added", added),
            _listed("removed", removed),
            "name, language, scale or call types changed" if head else "",
        ]
        touched = "scores before and after cannot be compared" if judged or removed else "scores stay comparable"
        super().__init__(
            f"rubric {rubric.id} version {rubric.version} is locked and was edited: "
            f"{'; '.join(part for part in parts if part)} ({touched}); "
            f"keep the locked version as it was and make the edit version {rubric.version + 1}"
        )
        self.rubric_id, self.version = rubric.id, rubric.version
        self.judged, self.otherwise, self.added, self.removed, self.head = judged, otherwise, added, removed, head

    @property
    def is_comparable(self) -> bool:
        """Whether every locked criterion still judges the same."""
        return not self.judged and not self.removed


class WrongLockFile(WrongInput):
    """A lock file that cannot be read; it is written by `verbatim rubric lock` and not by hand."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: is no lock of a rubric: {reason}; restore it from version control")
        self.path, self.reason = path, reason


def lock_of(rubric: Rubric, locked_at: When = None) -> RubricLock:
    """The lock of this version as it now stands."""
    judged = rubric.digests()
    criteria = {one.id: CriterionLock(judged=judged[one.id], whole=_whole(one)) for one in rubric.criteria}
    return RubricLock(
        rubric_id=rubric.id, version=rubric.version, criteria=criteria, head=_head(rubric), locked_at=locked_at
    )


def verify_lock(rubric: Rubric, lock: RubricLock) -> None:
    """Hold a rubric against a lock. Raises LockedVersionEdited.

    A lock speaks for its own rubric and version alone: another version passes.
    """
    if (rubric.id, rubric.version) != (lock.rubric_id, lock.version):
        return
    now, then = lock_of(rubric), lock
    both = [one.id for one in rubric.criteria if one.id in then.criteria]
    judged = [name for name in both if now.criteria[name].judged != then.criteria[name].judged]
    edited = [name for name in both if now.criteria[name].whole != then.criteria[name].whole]
    otherwise = [name for name in edited if name not in judged]
    added = [name for name in now.criteria if name not in then.criteria]
    removed = [name for name in then.criteria if name not in now.criteria]
    head = now.head != then.head
    if judged or otherwise or added or removed or head:
        raise LockedVersionEdited(rubric, judged, otherwise, added, removed, head)


def lock_path(rubric_path: Path) -> Path:
    """Where the locks of a rubric's file stand: ``support.yaml`` has ``support.lock.json`` beside it."""
    return rubric_path.with_suffix(".lock.json")


def read_locks(rubric_path: Path) -> tuple[RubricLock, ...]:
    """The locks beside a rubric's file, the oldest first; none where there is no such file. Raises WrongLockFile."""
    path = lock_path(rubric_path)
    if not path.exists():
        return ()
    try:
        return LockFile.model_validate(json.loads(path.read_text(encoding="utf-8"))).locks
    except ValidationError as error:
        raise WrongLockFile(path, explain(error, LockFile)[1]) from error
    except (OSError, ValueError, RecursionError) as error:
        raise WrongLockFile(path, str(error)) from error


def verify_locks(rubric: Rubric, rubric_path: Path) -> None:
    """Hold a rubric against the locks beside its file. Raises LockedVersionEdited, WrongLockFile."""
    for lock in read_locks(rubric_path):
        verify_lock(rubric, lock)


def lock_beside(rubric: Rubric, rubric_path: Path, locked_at: When = None) -> bool:
    """Lock this version in the file beside the rubric's. False where it was locked already and is unedited.

    Raises LockedVersionEdited, WrongLockFile; then nothing was written.
    """
    locks = read_locks(rubric_path)
    for lock in locks:
        verify_lock(rubric, lock)
    if any((lock.rubric_id, lock.version) == (rubric.id, rubric.version) for lock in locks):
        return False
    written = LockFile(locks=(*locks, lock_of(rubric, locked_at))).model_dump(mode="json", by_alias=True)
    lock_path(rubric_path).write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return True


def _whole(criterion: Criterion) -> str:
    # without defaults: a key that a later release adds must not break the locks of today
    return _digest(criterion.model_dump(mode="json", exclude_defaults=True))


def _head(rubric: Rubric) -> str:
    return _digest(rubric.model_dump(mode="json", by_alias=True, exclude={"criteria"}, exclude_defaults=True))


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _listed(what: str, names: list[str]) -> str:
    return f"{what} {', '.join(names)}" if names else ""
