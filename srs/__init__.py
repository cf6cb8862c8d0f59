"""Spaced repetition for people who keep their knowledge in Markdown and git."""

__version__ = "0.1.0"
