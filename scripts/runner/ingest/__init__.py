"""The door: loads export files into typed raw tables."""

from runner.ingest.clock import set_as_of
from runner.ingest.loading import load
from runner.ingest.report import ExportReport, FileReport, LoadReport

__all__ = ["ExportReport", "FileReport", "LoadReport", "load", "set_as_of"]
