"""What stops a benchmark and is told to the user in one line."""


class Fault(Exception):
    pass
