"""Claims: formulas and numbers that people wrote, read into trees over the quantities of a network."""
