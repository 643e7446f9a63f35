"""What an evasion is: a row of a table, and how its two sides are judged."""

from dataclasses import dataclass, field

from server import NAME

ASKED = b'ping\n'


@dataclass
class Evasion:
    name: str
    does: str                                     # in a line
    play: object                                  # function of a Client
    got: dict = field(default_factory=dict)       # what the server got
    record: dict = field(default_factory=dict)    # what the record must say besides agreeing with that
    unknowable: str = ''                          # why the mirror can't tell what the server got
    differs: str = ''                             # what of it Handspan tells otherwise all the same
    client: dict = field(default_factory=dict)    # arguments of the Client
    checksums: str = 'off'                        # how Handspan is to take wrong ones


ALL = []

# A whole conversation: opened, hello read, TLS established, question heard.
COMPLETE = {'accepted': 1, 'sni': NAME, 'hello': True, 'finished': True, 'plain': ASKED}
# Of one that ends before TLS is established.
HELLO_ONLY = {'finished': False, 'plain': b''}
NO_HELLO = {'sni': None, 'hello': False, **HELLO_ONLY}
COMPLETED = {'outcome': 'completed'}


def evasion(does, got=None, record=None, unknowable='', differs='', checksums='off', **client):
    """Makes a row of a function, under its name."""
    def add(play):
        told = record if record is not None else {} if got else COMPLETED
        ALL.append(Evasion(play.__name__.replace('_', '-'), does, play, {**COMPLETE, **(got or {})}, told, unknowable, differs, client,
                           checksums))
        return play
    return add


def value(record, path):
    for part in path.split('.'):
        record = record.get(part) if isinstance(record, dict) else None
    return record


def server_faults(row, heard):
    """What the server got otherwise than the row says: the evasion is not what it means to be."""
    return [f'the server got {name} {getattr(heard, name)!r}, not {wanted!r}'
            for name, wanted in row.got.items() if getattr(heard, name) != wanted]


def disagreements(heard, record):
    """Where the record says other than the server."""
    for path, true in {'tcp.established': heard.accepted > 0, 'tls.established': heard.finished}.items():
        if bool(value(record, path)) != true:
            yield f'{path} is {value(record, path)}, for the server {true}'
    if not same_name(heard, value(record, 'tls.sni') or ''):
        yield f'tls.sni is {value(record, "tls.sni")}, for the server {heard.sni}'
    if record['outcome'] == 'completed' and not heard.finished and 'tls' in record:
        yield 'completed, for the server nothing was'
    if record['outcome'] != 'completed' and heard.finished and heard.end in ('goodbye', 'fin'):
        yield f'{record["outcome"]}, for the server all went well'


def same_name(heard, said):
    """Of a hello that OpenSSL would not read, at least one that the server got."""
    return said == (heard.sni or '') if heard.hello else said.encode() in heard.raw


def record_of(records):
    """That of the conversation, and those of packets that were none of it."""
    whole = max(records, key=lambda r: sum(r['packets'].values()))
    return whole, [r for r in records if r is not whole]


def record_faults(row, heard, records):
    if not records:
        return ['no record']
    record, others = record_of(records)
    faults = [f'{path} is {value(record, path)!r}, not {wanted!r}' for path, wanted in row.record.items()
              if not holds(value(record, path), wanted)]
    faults += [f'another record accuses the {other["by"]}' for other in others
               if other.get('by') in ('client', 'server') and other['confidence'] == 'seen']
    differs = list(disagreements(heard, record))
    if not row.unknowable and not row.differs:
        return faults + differs
    return faults if differs else faults + ['the record agrees with the server by now: say so in its row']


def holds(said, wanted):
    """`wanted`: a value, or a function that judges it."""
    return wanted(said) if callable(wanted) else said == wanted


def at_least(number):
    return lambda said: said is not None and said >= number


def marked(*marks):
    """A conversation that is told as it was, and what is told of the decoy."""
    return {**COMPLETED, 'tcp.decoy_marks': list(marks)}


# What shows that something came twice.
TWICE = {'outcome': 'completed', 'tcp.retransmissions.client': at_least(1)}


# --- words of the table

def quoted(name):
    """A name as it can stand in a line."""
    shown = ''.join(c if c.isprintable() else '\N{REPLACEMENT CHARACTER}' for c in name)
    return f'`{shown[:40]}…`' if len(shown) > 41 else f'`{shown}`'


def got_words(heard):
    if not heard.accepted:
        return 'no connection'
    name = quoted(heard.sni) if heard.sni else 'no name'
    said = f'TLS, {name}, {len(heard.plain)} bytes' if heard.finished else f'hello, {name}' if heard.hello else 'no hello'
    return said + (', reset' if heard.end == 'reset' else '')


def record_words(record):
    said = ', '.join(filter(None, (
        ' '.join(filter(None, (record['outcome'], record.get('cause', '').replace('_', ' '),
                               record.get('by') and 'by ' + record['by']))),
        record['confidence'] if record['confidence'] != 'seen' else '',
        value(record, 'tls.sni') and quoted(value(record, 'tls.sni')))))
    for of, path in {'the RST': 'tcp.reset_marks', 'decoys': 'tcp.decoy_marks'}.items():
        if marks := value(record, path):
            said += f', marks of {of}: {", ".join(mark.replace("_", " ") for mark in marks)}'
    return said


def remark(row):
    if row.unknowable:
        return f'cannot be known: {row.unknowable} '
    if row.checksums != 'off':
        return f'with `checksums = "{row.checksums}"`; else the checksum says nothing '
    return f'**differs**: {row.differs} ' if row.differs else ''
