"""The door: loads export files into typed raw tables."""

from runner.door.report import ExportReport, FileReport, LoadReport

__all__ = ["ExportReport", "FileReport", "LoadReport"]
