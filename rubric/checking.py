"""What a valid rubric could do better: warnings, each with what would be better."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from nlp.noun import Id, Noun, Text, nearest, place_of
from rubric.criterion import Criterion, Exercise
from rubric.document import Location
from rubric.generic import is_generic
from rubric.rubric import Rubric


class RubricWarning(Noun):
    """Something that loads and will disappoint: where, what, and what would be better.

    ``key`` is the place inside the criterion, or inside the rubric where ``criterion_id`` is None; ``location`` is
    the place in the whole file.
    """

    criterion_id: Id | None
    key: Text
    what: Text
    better: Text
    location: Annotated[tuple[int | str, ...], Field(strict=False)]

    def __str__(self) -> str:
        place = f"{self.criterion_id}: {self.key}" if self.criterion_id else self.key
        return f"{place}: {self.what}; {self.better}"


def check_rubric(rubric: Rubric) -> list[RubricWarning]:
    """What to improve, in the order of the file."""
    warnings = list(_about_call_types(rubric))
    for index, criterion in enumerate(rubric.criteria):
        for key, what, better in _about(criterion, rubric):
            warnings.append(_of_criterion(index, criterion, key, what, better))
    return warnings


Finding = tuple[Location, str, str]
"""A place inside a criterion, what is weak there, what would be better."""


def _of_criterion(index: int, criterion: Criterion, key: Location, what: str, better: str) -> RubricWarning:
    location = ("criteria", index, *key)
    return RubricWarning(criterion_id=criterion.id, key=place_of(key), what=what, better=better, location=location)


def _about_call_types(rubric: Rubric) -> Iterator[RubricWarning]:
    for name, call_type in rubric.call_types.items():
        if not call_type.examples:
            key = ("call_types", name, "examples")
            what, better = "there are none", "give two or three sentences with which customers begin such a call"
            yield RubricWarning(criterion_id=None, key=place_of(key), what=what, better=better, location=key)


def _about(criterion: Criterion, rubric: Rubric) -> Iterator[Finding]:
    yield from _about_weight(criterion)
    yield from _about_threshold(criterion, rubric)
    yield from _about_behavior(criterion)
    yield from _about_due(criterion)
    yield from _about_sounds(criterion)
    yield from _about_practice(criterion, rubric)


def _about_weight(criterion: Criterion) -> Iterator[Finding]:
    if criterion.weight == 0 and not criterion.critical:
        better = "give it a weight, make it critical, or leave it out"
        yield ("weight",), "with a weight of 0 its failures stand behind all others", better


def _about_threshold(criterion: Criterion, rubric: Rubric) -> Iterator[Finding]:
    low, high = rubric.scale.min, rubric.scale.max
    if criterion.threshold == low:
        better = f"a threshold over {low:g} lets it fail"
        yield ("threshold",), "it is the lowest score, and no score is under it", better
    if criterion.threshold == high:
        better = f"a threshold under {high:g} leaves room for a good score that is not perfect"
        yield ("threshold",), "it is the highest score, and all but a perfect one is a failure", better


def _about_behavior(criterion: Criterion) -> Iterator[Finding]:
    if is_generic(criterion.expected_behavior, "behavior"):
        better = "say what to say or do, and when, as one would hear it in a call"
        yield ("expected_behavior",), f"{criterion.expected_behavior.strip()!r} is generic", better


def _about_due(criterion: Criterion) -> Iterator[Finding]:
    if criterion.failure == "omission" and criterion.due is None:
        better = "give a moment (opening, closing, account_action) or a cue, so that what was left out has a place"
        yield ("due",), "it is missing: nothing says when the behavior was due", better


def _about_sounds(criterion: Criterion) -> Iterator[Finding]:
    if criterion.failure == "talk_over":
        return
    for key, sounds, what in (("met_by", criterion.met_by, "good"), ("broken_by", criterion.broken_by, "failing")):
        if not sounds.examples and not sounds.patterns:
            yield (key,), "there are no examples", f"give three to six sentences of what {what} sounds like"
    broken = {_heard(sentence) for sentence in criterion.broken_by.examples}
    for index, sentence in enumerate(criterion.met_by.examples):
        if _heard(sentence) in broken:
            yield ("met_by", "examples", index), "the same sentence stands in broken_by", "keep it in one of the two"


def _heard(sentence: str) -> str:
    return " ".join(sentence.lower().split()).rstrip(".!?")


def _about_practice(criterion: Criterion, rubric: Rubric) -> Iterator[Finding]:
    practice = criterion.practice
    if practice is None:
        yield ("practice",), "it is missing", "give a skill, a scenario, a number of sessions and a method"
        return
    yield from _about_exercise(practice, ("practice",), rubric)
    for index, exercise in enumerate(practice.alternatives):
        yield from _about_exercise(exercise, ("practice", "alternatives", index), rubric)
    if not practice.alternatives:
        better = "give one or two other practices to fall back on when a score has not moved"
        yield ("practice", "alternatives"), "there are none", better


def _about_exercise(exercise: Exercise, at: Location, rubric: Rubric) -> Iterator[Finding]:
    if not exercise.scenario.strip():
        yield (*at, "scenario"), "it names no scenario", "name a situation from real calls to practise in"
    if exercise.sessions is None:
        yield (*at, "sessions"), "it names no number of sessions", "say how many, 2 or 3 for a week"
    if not exercise.method.strip():
        yield (*at, "method"), "it names no method", "say how: role-play, call listening, side-by-side with a peer"
    for key, text in (("skill", exercise.skill), ("scenario", exercise.scenario)):
        if text.strip() and is_generic(text, "practice"):
            yield (*at, key), f"{text.strip()!r} is generic", f"name the one {key} that this criterion asks for"
    yield from _about_its_call_types(exercise, at, rubric)


def _about_its_call_types(exercise: Exercise, at: Location, rubric: Rubric) -> Iterator[Finding]:
    for name in exercise.by_call_type:
        if name not in rubric.call_types:
            like = nearest(name, rubric.call_types)
            better = f"did you mean {like!r}?" if like else f"define {name!r} under call_types, with examples"
            yield (*at, "by_call_type", name), "call_types does not define it", better
