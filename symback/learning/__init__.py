"""Training told: a table of proven numbers, the whole history in doubles, why it stopped, plots."""
