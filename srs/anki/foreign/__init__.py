"""Foreign notes of Anki to items in our card language."""
