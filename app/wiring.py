"""Where real things are plugged in: a program is its settings, its rubric, its store and its finder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import ConfigError, Settings, load_settings
from nlp.errors import WrongInput
from rubric.loading import load_rubric
from rubric.rubric import Rubric

if TYPE_CHECKING:
    from models.finder import EvidenceFinder
    from operations.night import NightWork
    from store.session import Store


@dataclass(frozen=True)
class Program:
    """One contact center's program, ready to work."""

    settings: Settings
    rubric: Rubric
    store: Store

    @property
    def finder(self) -> EvidenceFinder:
        """The evidence finder of the settings; loaded once in a process."""
        evidence = self.settings.evidence
        model = str(self.settings.resolve(evidence.model)) if evidence.model else None
        return finder_for(model, evidence.encoder, evidence.sure, evidence.alternatives)

    def today(self) -> date:
        """The date now in the program's time zone: the one place where a door reads the clock."""
        return datetime.now(self.settings.timezone).date()
