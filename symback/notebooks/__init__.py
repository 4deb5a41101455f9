"""Executable notebooks of worked solutions: the sentences of a document, and its steps once more as code."""
