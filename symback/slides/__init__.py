"""Slides of a worked solution: its steps, a few to a slide, as beamer and as one page for browsers."""
