"""What students hand in, marked box by box as a careful person would: with credit for consistent work."""
