"""Plots as data: axes, ticks and curves, laid out and without markup."""
