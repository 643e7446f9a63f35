"""Did the daemon say what the file says? Which facts may differ, and why, stands here and nowhere else."""

import json
from collections import defaultdict

# Keys at any depth.
EXCUSED = {
    'times': {'timestamp', 'duration', 'start', 'time', 'timings', 'after', 'window_closed'},
    'packet numbers and ids, which a daemon gives anew': {'packet', 'first_packet', 'last_packet', 'flow_id',
                                                          'decided_by'},
    'who watched, which a file does not tell': {'probe', 'instance'},
    'the sentence, which names times': {'summary'},
    'retries, which are told by the time between two connections': {'retry'},
}
# Of a connection that neither both FINs nor an RST ended, and that was open when the daemon was stopped. A
# file that has ended says what became of it by how long it was silent.
EXCUSED_IF_OPEN = {'outcome', 'cause', 'by', 'step', 'confidence', 'rule'}
# Who closes before the other has said anything, or all of its hello, was left waiting, or left too soon: told
# by how long it waited (docs/causes.md), which a replay at another speed changes.
WAITED = {'no_server_hello', 'no_client_hello', 'abandoned'}  # cause
EXCUSED_IF_WAITED = {'cause', 'by', 'confidence', 'rule'}
# Whether the client went on with the server's certificate in another connection just before is noted by the worker
# of that one; a replay at another speed may bring both at once.
HEARSAY = {'tls_unused', 'certificate_refused'}  # rule
EXCUSED_IF_HEARSAY = {'outcome', 'cause', 'phase', 'step', 'confidence', 'rule'}
ENDED = {'fin', 'rst_client', 'rst_server'}  # tcp.teardown
EVERYWHERE = set().union(*EXCUSED.values())

EXPLANATION = '\n'.join(
    ['A record of the daemon must equal that of `handspan read --json`, but for', '']
    + [f'  - {what} ({", ".join(sorted(keys))})' for what, keys in EXCUSED.items()]
    + [f'  - of a connection that was still open when the daemon was stopped: {", ".join(sorted(EXCUSED_IF_OPEN))}',
       f'  - where a hello was waited for and the verdict weighs the time ({", ".join(sorted(WAITED))}): '
       f'{", ".join(sorted(EXCUSED_IF_WAITED))}',
       f'  - where the verdict weighs what another worker noted ({", ".join(sorted(HEARSAY))}): '
       f'{", ".join(sorted(EXCUSED_IF_HEARSAY))}'])


def without(keys, value):
    if isinstance(value, dict):
        return {key: without(keys, part) for key, part in value.items() if key not in keys}
    if isinstance(value, list):
        return [without(keys, part) for part in value]
    return value


def differences(expected, actual, path=''):
    """Every place where two JSON values differ, one line each."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in sorted(expected.keys() | actual.keys()):
            where = f'{path}.{key}' if path else key
            if key not in actual:
                yield f'{where}: the file says {json.dumps(expected[key])}, the daemon nothing'
            elif key not in expected:
                yield f'{where}: the daemon says {json.dumps(actual[key])}, the file nothing'
            else:
                yield from differences(expected[key], actual[key], where)
    elif isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            yield f'{path}: the file has {len(expected)}, the daemon {len(actual)}'
        for i, (one, other) in enumerate(zip(expected, actual)):
            yield from differences(one, other, f'{path}[{i}]')
    elif expected != actual:
        yield f'{path}: the file says {json.dumps(expected)}, the daemon {json.dumps(actual)}'


def compare_pair(expected, actual):
    was_open = actual.get('outcome') == 'open' and expected.get('tcp', {}).get('teardown') not in ENDED
    keys = EVERYWHERE | EXCUSED_IF_OPEN if was_open else EVERYWHERE
    if {expected.get('cause'), actual.get('cause')} <= WAITED:
        keys = keys | EXCUSED_IF_WAITED
    if {expected.get('rule'), actual.get('rule')} == HEARSAY:
        keys = keys | EXCUSED_IF_HEARSAY
    return list(differences(without(keys, expected), without(keys, actual)))


def label(record):
    return f'{record["src_ip"]}:{record["src_port"]} → {record["dest_ip"]}:{record["dest_port"]}'


def by_ends(records):
    """Connections of the same two ends together, whoever is the client."""
    groups = defaultdict(list)
    for record in records:
        ends = sorted([(record['src_ip'], record['src_port']), (record['dest_ip'], record['dest_port'])])
        groups[tuple(ends)].append(record)
    return groups


def compare_group(expected, actual):
    """What differs between connections of the same ends: equal ones are put aside, then the nearest pairs."""
    lines, left = [], list(actual)
    unmatched = []
    for record in expected:
        same = next((other for other in left if not compare_pair(record, other)), None)
        if same is None:
            unmatched.append(record)
        else:
            left.remove(same)
    for record in unmatched:
        if not left:
            lines.append(f'{label(record)}: the daemon has not told of it')
            continue
        nearest = min(left, key=lambda other: len(compare_pair(record, other)))
        left.remove(nearest)
        lines += [f'{label(record)}: {line}' for line in compare_pair(record, nearest)]
    lines += [f'{label(record)}: the file has no such connection, or not so often' for record in left]
    return lines


def compare(expected, actual):
    """A line for each fact that differs and is not excused."""
    ours, theirs = by_ends(expected), by_ends(actual)
    return [line for ends in sorted(ours.keys() | theirs.keys())
            for line in compare_group(ours.get(ends, []), theirs.get(ends, []))]


def accounting(stat, sent):
    """Where packets went that were sent; a line for each thing that does not add up. `sent`: what the
    sender says has left it."""
    ports, counters = stat['ports'], stat['counters']
    arrived = sum(port['received_packets'] for port in ports)
    lines = [f'port {port["name"]}: {port[kind]} packets {kind}' for port in ports
             for kind in ('missed', 'no_mbuf', 'errors') if port.get(kind)]
    lost = sum(port.get(kind, 0) for port in ports for kind in ('missed', 'no_mbuf'))
    if arrived + lost != sent:
        lines.append(f'{sent} packets were sent, {arrived} are counted as received and {lost} as missed')
    dropped = counters.get('dispatch_dropped', 0)
    if dropped:
        lines.append(f'{dropped} packets dropped between receiver and worker')
    worked = counters['received_packets']
    if worked + dropped != arrived:
        lines.append(f'{arrived} packets received by the ports, {worked} by the workers, {dropped} dropped between')
    skipped = sum(value for name, value in counters.items() if name.startswith('skipped_'))
    if worked != counters['tcp_packets'] + skipped:
        lines.append(f'{worked} packets with the workers, but {counters["tcp_packets"]} of TCP and {skipped} skipped')
    return lines
