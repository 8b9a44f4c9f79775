"""Answers to questions about the published figures, each with what it means and what to mind."""
