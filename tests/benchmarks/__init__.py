"""Measurements, each a ratio inside one run: `python -m tests.benchmarks` in the checkout."""
