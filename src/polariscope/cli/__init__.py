"""The command line: one small module a command, imported when the command is given."""

from polariscope.cli.app import app, main

__all__ = ["app", "main"]
