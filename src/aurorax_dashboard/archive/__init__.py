"""The embedded AuroraX-compatible server, a process of its own."""
