"""A system's families in words: on a terminal, and as JSON, CSV, Markdown and TOML."""
