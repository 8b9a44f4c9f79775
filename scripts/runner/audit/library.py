"""Great Expectations as the audit uses it: without what it would import, keep or tell besides.

It leans on insides of Great Expectations and duckdb-engine, whose versions are locked.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import sys
import types
import warnings
from pathlib import Path
from typing import Any


def context_config(docs: Path) -> Any:
    """A context that keeps everything in memory but the Data Docs, and tells nobody."""
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    return DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        data_docs_sites={
            "audits": {
                "class_name": "SiteBuilder",
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
                "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs)},
            }
        },
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
        analytics_enabled=False,
    )


class _Deferred(types.ModuleType):
    """Stands for a module that is imported when something of it is first asked for."""

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        sys.modules.pop(self.__name__, None)
        return getattr(importlib.import_module(self.__name__), attribute)


def great_expectations() -> Any:
    """Great Expectations, imported without what only its distribution expectations use: 3 of 11 seconds."""
    if "great_expectations" not in sys.modules:
        for name in ("altair", "scipy.stats"):
            spec = importlib.util.find_spec(name)
            if spec and name not in sys.modules:
                sys.modules[name] = _Deferred(name)
                sys.modules[name].__spec__ = spec
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations
    # What they tell of errors, a signal's too, the run tells itself.
    for name in ("great_expectations", "sqlalchemy.pool"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    from sqlalchemy.dialects import registry

    registry.register("duckdb.audit", "runner.audit.dialect", "AuditDialect")
    return great_expectations
