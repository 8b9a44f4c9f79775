"""The door: loads export files into typed raw tables."""

from runner.door.clock import set_as_of
from runner.door.loading import load
from runner.door.report import ExportReport, FileReport, LoadReport

__all__ = ["ExportReport", "FileReport", "LoadReport", "load", "set_as_of"]
