"""Servers of buckets for tests, on loopback: a module for each, and `main` for the command line."""
