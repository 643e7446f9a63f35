"""Builds capture files packet by packet: for golden cases, where each trait is made on purpose, and
for the benchmark's traffic mix. Standard library only; the same call gives the same bytes."""
