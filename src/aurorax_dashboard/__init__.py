"""A browser dashboard for AuroraX, and an AuroraX-compatible server to run it on."""
