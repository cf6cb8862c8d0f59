"""Anki packages to and from values."""
