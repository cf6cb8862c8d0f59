"""Anki packages, whoever made them, to a collection's values."""
