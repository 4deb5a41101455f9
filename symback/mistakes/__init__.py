"""The catalogue of mistakes: each a rewrite of the graph. Identifiers and facts, no sentences."""
