"""Items of a vault to Anki packages."""
