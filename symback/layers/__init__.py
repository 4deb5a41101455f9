"""The layer types, one file each; a layer unrolls itself into quantities."""
