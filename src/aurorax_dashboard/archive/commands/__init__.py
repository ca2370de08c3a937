"""Commands of the archive besides serving, one module each."""
