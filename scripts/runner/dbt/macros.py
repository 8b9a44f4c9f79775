"""Which of the project's own macros a text of SQL calls."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_CALL = re.compile(r"\bdispatch\(\s*['\"](\w+)['\"]|\b(\w+)\s*\(")
_WRITTEN_BY_THE_RUNNER = {"staging_models"}  # what it lists is in the graph itself


class OwnMacros:
    """The project's macros, found by the text of calls: what dbt notes of calls grows while it compiles."""

    def __init__(self, manifest: Any) -> None:
        """manifest: dbt's; of a macro's forms by target (`spark__…`) that of its own target is meant."""
        package, adapter = manifest.metadata.project_name, manifest.metadata.adapter_type
        self._macros = {
            macro.name: macro
            for macro in manifest.macros.values()
            if macro.package_name == package and macro.name not in _WRITTEN_BY_THE_RUNNER
        }
        self._forms = ("", "default__", f"{adapter}__")
        self._called: dict[str, set[str]] = {}

    def called_by(self, texts: Iterable[str]) -> dict[str, Any]:
        """By name the macros that any of the texts calls, and those that these call, in dbt's form."""
        found: dict[str, Any] = {}
        ahead = list(texts)
        while ahead:
            for name in self._called_in(ahead.pop()) - found.keys():
                found[name] = self._macros[name]
                ahead.append(found[name].macro_sql)
        return found

    def _called_in(self, text: str) -> set[str]:
        """The names of the macros that a text itself calls; many ask for the same texts."""
        if text not in self._called:
            calls = {name for call in _CALL.findall(text) for name in call if name}
            self._called[text] = {form + name for name in calls for form in self._forms} & self._macros.keys()
        return self._called[text]
