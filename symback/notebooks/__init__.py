"""Executable notebooks of worked solutions: the sentences of the document, and its steps once more as code."""
