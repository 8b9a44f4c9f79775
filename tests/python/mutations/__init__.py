"""Proof that the unit tests hold the definitions: break one on purpose, and a test must say so."""
