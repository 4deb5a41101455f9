"""The live page: the formulas of a solution as a program in JavaScript that a page runs."""
