"""Finds the adapter that a profile names, and says in one line what is wrong with it."""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path

from support.errors import ConfigurationError
from support.target.adapters.adapter import Adapter


@lru_cache
def load_adapter(named: str) -> Adapter:
    """Make the adapter that `FILE.py:CLASS` names, once in a process.

    Raises ConfigurationError with the reason.
    """
    name, _, class_name = named.rpartition(":")
    file = Path(name)
    if not file.is_file():
        raise ConfigurationError(f"there is no file {file.name!r} beside the profile")
    spec = importlib.util.spec_from_file_location(f"adapter_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # noqa: BLE001 - whatever the file does
        raise ConfigurationError(f"{file.name} cannot be read ({_words(error)})") from None
    found = getattr(module, class_name, None)
    if not isinstance(found, type) or not issubclass(found, Adapter):
        what = "no class" if found is None else "no subclass of support.target.adapters.Adapter"
        raise ConfigurationError(f"{class_name!r} is {what} in {file.name}")
    try:
        return found()
    except Exception as error:  # noqa: BLE001 - whatever the class does
        raise ConfigurationError(f"{class_name} cannot be made ({_words(error)})") from None


def _words(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
