"""Drawings of networks as coordinates: what is where, what it stands for, and which parts carry a factor."""
