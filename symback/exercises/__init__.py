"""Exercises: derivations with holes, for any number of students, with proven keys."""
