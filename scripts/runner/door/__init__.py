"""The door: loads export files into typed raw tables."""
