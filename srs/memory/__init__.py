"""Memory models, one a file: what is remembered, and what an answer would change."""
