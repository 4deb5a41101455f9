"""Certificates: the formulas and numbers of a solution as lemmas that another program checks."""
