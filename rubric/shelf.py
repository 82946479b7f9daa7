"""The ready rubrics that come with the install."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from nlp.errors import WrongInput
from nlp.noun import nearest


class NoSuchRubric(WrongInput):
    """No ready rubric has that name."""

    def __init__(self, name: str) -> None:
        known = library_names()
        like = nearest(name, known)
        hint = f"; did you mean {like!r}?" if like else f"; there are {', '.join(known)}"
        super().__init__(f"no ready rubric is called {name!r}{hint}")
        self.name, self.nearest = name, like


def library_names() -> list[str]:
    """The names of the ready rubrics, in order."""
    return sorted(path.name.removesuffix(".yaml") for path in _folder().iterdir() if path.name.endswith(".yaml"))


def library_path(name: str) -> Path:
    """Where a ready rubric lies. Raises NoSuchRubric."""
    if name not in library_names():
        raise NoSuchRubric(name)
    return _folder() / f"{name}.yaml"


def _folder() -> Path:
    return Path(str(files("rubric") / "library"))
