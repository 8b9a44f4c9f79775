"""The door: loads export files into typed raw tables."""

from runner.ingest.clock import set_as_of
from runner.ingest.loading import find_unchanged, load
from runner.ingest.report import ExportReport, FileReport, LoadReport

__all__ = ["ExportReport", "FileReport", "LoadReport", "find_unchanged", "load", "set_as_of"]
