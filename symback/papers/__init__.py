"""Sheets on paper: the exercises, their key and their worked solution, in every text format."""
