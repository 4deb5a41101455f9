"""Which mistake gives these numbers? The catalogue tried on the graph, from the likeliest to the least."""
