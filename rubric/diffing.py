"""What changed between two versions of a rubric, and what that does to plans that are open."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import Field, JsonValue

from nlp.noun import Id, Noun, Text
from rubric.criterion import Criterion
from rubric.rubric import Rubric


class KeyChange(Noun):
    """A key that changed: ``practice.sessions`` from 2 to 3. None stands for a key that is not there."""

    key: Text
    old: JsonValue
    new: JsonValue


Changes = Annotated[tuple[KeyChange, ...], Field(strict=False)]
Ids = Annotated[tuple[Id, ...], Field(strict=False)]


class CriterionChange(Noun):
    """A criterion that both versions have and that is not the same in them.

    ``comparable``: what is judged did not change, so scores before and after can be compared.
    """

    criterion_id: Id
    changes: Changes
    comparable: bool


class RubricDiff(Noun):
    """From ``old`` to ``new``: criteria added, removed and changed, and changes ``above`` the criteria."""

    old: Text
    new: Text
    above: Changes = ()
    added: Ids = ()
    removed: Ids = ()
    changed: Annotated[tuple[CriterionChange, ...], Field(strict=False)] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.above or self.added or self.removed or self.changed)


class PlanReference(Noun):
    """An open plan's item: the criterion that it coaches, and the digest of what was judged when it began."""

    plan_id: Id
    agent: Text
    criterion_id: Id
    rubric_version: int
    digest: Text


class LostComparability(Noun):
    """An open plan whose follow-up could not be compared with its scores before, and why."""

    reference: PlanReference
    reason: Text


def diff_rubrics(old: Rubric, new: Rubric) -> RubricDiff:
    """The changes from ``old`` to ``new``, criteria in the order of the new one, key by key."""
    before = {criterion.id: criterion for criterion in old.criteria}
    after = {criterion.id: criterion for criterion in new.criteria}
    old_digests, new_digests = old.digests(), new.digests()
    changed = []
    for name in [name for name in after if name in before]:
        changes = _changes(_plain(before[name]), _plain(after[name]))
        comparable = old_digests[name] == new_digests[name]
        if changes or not comparable:
            changed.append(CriterionChange(criterion_id=name, changes=tuple(changes), comparable=comparable))
    return RubricDiff(
        old=f"{old.id} version {old.version}",
        new=f"{new.id} version {new.version}",
        above=tuple(_changes(_above(old), _above(new))),
        added=tuple(name for name in after if name not in before),
        removed=tuple(name for name in before if name not in after),
        changed=tuple(changed),
    )


def diff_lines(diff: RubricDiff) -> Iterator[str]:
    """The changes in words, a line each."""
    yield f"{diff.old} -> {diff.new}" + (": no difference" if diff.is_empty else "")
    if diff.old == diff.new and not diff.is_empty:
        yield "the version is the same in both: raise it, a version that a plan has used never changes"
    for change in diff.above:
        yield from _lines(change)
    for name in diff.added:
        yield f"{name}: added"
    for name in diff.removed:
        yield f"{name}: removed; its scores have no follow-up in the new version"
    for criterion in diff.changed:
        yield f"{criterion.criterion_id}: {'stays comparable' if criterion.comparable else 'is no longer comparable'}"
        yield from (f"  {line}" for change in criterion.changes for line in _lines(change))


def _lines(change: KeyChange) -> Iterator[str]:
    old, new = change.old, change.new
    if not (isinstance(old, list) and isinstance(new, list)):
        yield f"{change.key}: {_written(old)} -> {_written(new)}"
        return
    yield f"{change.key}:" + (" in another order" if sorted(map(_written, old)) == sorted(map(_written, new)) else "")
    yield from (f"  - {_written(one)}" for one in old if one not in new)
    yield from (f"  + {_written(one)}" for one in new if one not in old)


def _written(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False) if value is not None else "nothing"


def plans_that_lose(references: Iterable[PlanReference], new: Rubric) -> list[LostComparability]:
    """The open plans that lose comparability under ``new``, by plan id and criterion."""
    digests = new.digests()
    in_order = sorted(references, key=lambda one: (one.plan_id, one.criterion_id))
    return [
        LostComparability(reference=one, reason=reason)
        for one in in_order
        if (reason := _why_lost(one, digests, new.version))
    ]


def _why_lost(reference: PlanReference, digests: dict[str, str], version: int) -> str:
    if reference.criterion_id not in digests:
        return f"version {version} has no criterion {reference.criterion_id!r}"
    if digests[reference.criterion_id] != reference.digest:
        return (
            f"{reference.criterion_id!r} judges something else in version {version} than in {reference.rubric_version}"
        )
    return ""


def _plain(criterion: Criterion) -> dict[str, Any]:
    return criterion.model_dump(mode="json")


def _above(rubric: Rubric) -> dict[str, Any]:
    return rubric.model_dump(mode="json", by_alias=True, exclude={"criteria"})


def _changes(old: dict[str, Any], new: dict[str, Any]) -> list[KeyChange]:
    return [KeyChange(key=key, old=before, new=after) for key, before, after in _walk(old, new, "")]


def _walk(old: dict[str, Any], new: dict[str, Any], above: str) -> Iterator[tuple[str, Any, Any]]:
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            yield from _walk(before, after, f"{above}{key}.")
        else:
            yield f"{above}{key}", before, after
