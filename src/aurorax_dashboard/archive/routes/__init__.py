"""The archive's HTTP addresses, one module a subject."""
