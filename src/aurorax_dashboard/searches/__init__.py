"""Follow one search to its result, and keep what a link to it needs."""
