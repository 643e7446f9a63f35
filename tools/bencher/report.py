"""What people read: a table for each part, its rows as they come."""

NAME = 12
RUNS = (('testpmd_pps', 'testpmd', 14), ('handspand_pps', 'handspand', 14), ('handshakes_per_second', 'handshakes/s', 14),
        ('connections_per_second', 'connections/s', 15), ('visible_p99_us', 'p99 µs', 9), ('ratio', 'ratio', 8))
INSPECTOR = (('packets_per_second', 'packets/s', 14), ('handshakes_per_second', 'handshakes/s', 14),
             ('connections_per_second', 'connections/s', 15), ('two_workers', 'two / one', 11))
OPEN = (('connections', 'open at once', 14), ('bytes', 'bytes each', 12), ('stated_bytes', 'as reckoned', 13))


def number(value):
    return f'{value:,.3f}' if isinstance(value, float) else f'{value:,}'


def between(entry, name):
    least, greatest = entry['spread'][name]
    return f'{number(least)} – {number(greatest)}'


class Table:
    def __init__(self, title, first, columns, spread=None):
        """`spread`: the column whose least and greatest stand at the end of a row."""
        self.columns, self.spread = columns, spread
        of = next((head for key, head, _ in columns if key == spread), '')
        print(f'\n{title}\n{first:{NAME}}' + ''.join(f'{head:>{width}}' for _, head, width in columns) +
              (f'   {of}: least – greatest' if spread else ''), flush=True)

    def row(self, name, entry, more=''):
        print(f'{name:{NAME}}' + ''.join(f'{number(entry[key]):>{width}}' for key, _, width in self.columns) +
              (f'   {between(entry, self.spread)}' if self.spread else '') + (f'   {more}' if more else ''), flush=True)


def runs(options):
    return Table(f'The whole probe, one worker, beside dpdk-testpmd rxonly on the same device, in turn. Packets a second, '
                 f'medians of {options.rounds} rounds of {options.seconds} s; ratio = handspand / testpmd; p99: from the '
                 'packet that ends a handshake until its event can be read',
                 'capture', RUNS, 'ratio')


def inspector(options):
    return Table(f'The inspector alone, one thread, from memory; medians of {options.rounds} rounds of '
                 f'{options.seconds} s; two / one: the rate of two threads, each with an inspector of its own, to that '
                 'of one', 'capture', INSPECTOR, 'packets_per_second')


def connections():
    return Table('Memory of an open connection, by what the process has resident; and as the daemon reckons beforehand',
                 'kind', OPEN)


def stages(told):
    """{capture: {stage: cycles a packet}}, in one table."""
    table = Table('Cycles a packet by stage, by a build that counts them and is slower for it', 'stage',
                  [(capture, capture, 12) for capture in told])
    first = next(iter(told.values()))
    names = [name for name in first if name != 'spread']
    for name in names:
        table.row(name, {capture: cycles[name] for capture, cycles in told.items()})
    table.row('in all', {capture: round(sum(cycles[name] for name in names), 1) for capture, cycles in told.items()})
