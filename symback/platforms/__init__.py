"""Files that learning platforms import: the same exercises, each in the platform's own markup."""
