"""Replays captures into handspand with dpdk-testpmd; the modules of tools/replay."""
