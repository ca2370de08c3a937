"""Simulated ephemeris: orbits, field-line footprints, the nights of imagers, metadata.

Everything follows from the catalogue and from hashes of (source, time), so that any date has the same
answer on every machine and nothing needs to be computed beforehand.
"""
