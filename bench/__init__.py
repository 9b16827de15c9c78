"""Ours beside other graph engines, on one graph, in one run, with every answer checked."""
