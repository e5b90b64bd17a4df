"""The schema's history: one module a step, all in one transaction; `PRAGMA user_version` counts them."""

from __future__ import annotations

from collections.abc import Callable

from peewee import Database

from store.migrations import step_0001, step_0002, step_0003, step_0004, step_0005, step_0006

STEPS: tuple[Callable[[Database], None], ...] = (
    step_0001.apply,
    step_0002.apply,
    step_0003.apply,
    step_0004.apply,
    step_0005.apply,
    step_0006.apply,
)
VERSION = len(STEPS)
