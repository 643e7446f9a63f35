"""From the endpoints' words to what happened, and whether Handspan's record agrees with it.

A truth is {outcome, by, class, phase} and, where an alert decided, `codes`; phase None is any. `told`
says whether it can be told from outside at all: a client that never says a word may have meant anything.
"""

import re

import path

DECODE_ERROR, USER_CANCELED, CLOSE_NOTIFY = 50, 90, 0
NO_MORE_THAN_A_CLOSE = (CLOSE_NOTIFY, USER_CANCELED)

# What Handspan may call it. `by` must always be the same.
CAUSES = {
    'refused': {'refused'},
    'unanswered': {'syn_timeout'},
    'half_open': {'half_open'},
    'alert': {'alert', 'rejected'},
    'dropped': {'abandoned', 'reset'},
    'reset': {'reset'},
    'silent_server': {'no_server_hello'},
    'gave_up': {'abandoned', 'reset', 'idle_timeout'},
    'not_tls': {'not_tls', 'malformed'},
    'undelivered': {'undelivered'},
    'unheard': {'undelivered'},
    'injected': {'reset'},
    'unreachable': {'unreachable'},
    'unused': {None},
    'aborted': {'aborted', 'reset'},  # a RST that finds nothing under way refuses nothing
}


def truth(outcome, by=None, kind='completed', phase='teardown', told=True, **more):
    return {'outcome': outcome, 'by': by, 'class': kind, 'phase': phase, 'told': told, **more}


def failed(by, kind, phase='tls_handshake', **more):
    return truth('failed', by, kind, phase, **more)


def decisive_alerts(side, other):
    """The fatal alerts that it sent of its own accord. OpenSSL answers a mere close with decode_error:
    a side that complains of an unexpected end, or whom nobody heard, is the victim of it."""
    victim = side.network in ('eof', 'reset') or ['got', 2, DECODE_ERROR] not in other.alerts
    return [code for verb, level, code in side.alerts
            if verb == 'sent' and level == 2 and code not in NO_MORE_THAN_A_CLOSE
            and not (victim and code == DECODE_ERROR)]


def heard_alerts(side):
    return [code for verb, level, code in side.alerts
            if verb == 'got' and level == 2 and code not in NO_MORE_THAN_A_CLOSE and code != DECODE_ERROR]


# Programs that do not log a Finished: their silence on it says nothing.
TERSE = ('nginx', 'haproxy', 'node', 'wget')


def both_finished(client, server):
    if server.program not in TERSE:
        return server.finished and (client.finished or client.program in TERSE)
    return server.finished or (client.finished and not server.network and not server.refusal)


def before_tls(client, server):
    if client.network == 'refused':
        return failed('server', 'refused', 'tcp_handshake')
    if 'never acknowledged' in client.did:
        return failed('client', 'half_open', 'tcp_handshake')
    if client.network == 'timeout' and (server is None or client.never_connected):
        return failed('network', 'unanswered', 'tcp_handshake')
    return None


def on_purpose(client, server, finished):
    """Peers of ours say what they did; that comes before anything that the other made of it."""
    if 'silent' in server.did and not finished:
        heard_hello = any(act.startswith('read') for act in server.did)
        if 'plain' in client.did:  # what either expected of the other does not show
            return failed('server', 'silent_server', None, told=False)
        return failed('client', 'gave_up') if heard_hello else failed('server', 'silent_server')
    for by, side, other in (('client', client, server), ('server', server, client)):
        if 'unused' in side.did:
            return truth('unused', by, 'unused', None)
        if 'cut' in side.did:
            return failed(by, 'aborted', 'data')
        if 'reset' in side.did:
            return failed(by, 'reset', 'data') if finished else failed(by, 'dropped')
        if finished:
            continue
        if 'silent' in side.did:
            return failed(by, 'silent_client', 'tcp_handshake', told=False)
        unexpected_header = 'proxy header' in side.did and not side.takes_for_plain
        if 'plain' in side.did or other.takes_for_plain or unexpected_header:
            return failed(by, 'not_tls', phase='tls_handshake' if by == 'server' else None)
        if 'close' in side.did and not decisive_alerts(other, side) and not other.refusal:
            return failed(by, 'dropped')
    return None


# What its own complaint names, and the certificate shows to everybody who sees it.
SHOWS = r'expired|EXPIRED|self.signed|SELF_SIGNED|alternative|ALTNAME|not match'


def late_refusal(by, side):
    """After both have finished, by a mere close. Where the certificate was hidden, or bears no fault that
    shows, it is a connection that was not used."""
    return truth('unused', by, 'late', None, shows=bool(re.search(SHOWS, side.refusal)))


def turned_away(client, server, finished):
    for by, side, other in (('client', client, server), ('server', server, client)):
        codes = decisive_alerts(side, other) or heard_alerts(other)
        if codes:
            return failed(by, 'alert', codes=codes)
    for by, side in (('client', client), ('server', server)):
        if side.refusal and not side.network:
            late = finished or side.finished
            return late_refusal(by, side) if late else failed(by, 'dropped')
    return None


def by_path(client, server, testimony):
    """What the path did to the packets comes before what the two made of it."""
    kind = path.kind(testimony)
    if kind in (None, 'unanswered', 'unreachable', 'unheard'):
        return failed('network', kind, 'tcp_handshake') if kind else None
    finished = client.finished or (server and server.finished)
    return failed('network', kind, 'data' if finished else 'tls_handshake')


def decide(client, server, testimony=None):
    """`server` is None where there is none; `testimony` is the path's, if something stood in it."""
    lost = by_path(client, server, testimony)
    if lost:
        return lost
    early = before_tls(client, server)
    if early:
        return early
    finished = both_finished(client, server)
    meant = on_purpose(client, server, finished)
    if meant:
        return meant
    if not finished or not (client.data or server.data):
        refused = turned_away(client, server, finished)
        if refused or not finished:
            return refused or truth('unclear', kind='unclear', told=False)
    return truth('completed')


# Agreement: a list of what is wrong, empty if they agree.

def blames_the_other(record, expected):
    return record['outcome'] == 'failed' and record.get('by') != expected['by']


def compare(expected, record):
    if expected['outcome'] == 'unclear':
        return ['the endpoints do not tell']
    if not expected['told']:
        wrong = blames_the_other(record, expected)
        return [f'blames the {record.get("by")}'] if wrong else []
    if expected['class'] == 'late':
        return compare_late(expected, record)
    if record['outcome'] != expected['outcome']:
        return [f'outcome {record["outcome"]}, not {expected["outcome"]}']
    faults = []
    if expected['phase'] not in (None, record['phase']):
        faults.append(f'phase {record["phase"]}, not {expected["phase"]}')
    if expected['outcome'] == 'completed':
        return faults
    if record.get('by') != expected['by']:
        faults.append(f'by {record.get("by")}, not {expected["by"]}')
    if record.get('cause') not in CAUSES[expected['class']]:
        faults.append(f'cause {record.get("cause")} for {expected["class"]}')
    if record.get('cause') == 'alert' and 'codes' in expected:
        faults += compare_alert(expected, record)
    return faults


def compare_late(expected, record):
    must_show = expected['shows'] and record.get('tls', {}).get('version') == 'TLSv1.2'
    right = {('failed', 'rejected')} if must_show else {('failed', 'rejected'), ('unused', None)}
    faults = [] if (record['outcome'], record.get('cause')) in right else [f'{record["outcome"]} {record.get("cause")}']
    return faults + ([] if record.get('by') == expected['by'] else [f'by {record.get("by")}, not {expected["by"]}'])


def compare_alert(expected, record):
    seen = [a['code'] for a in record['tls']['alerts'] if not a['encrypted'] and a['sender'] == record.get('by')]
    return [] if set(seen) & set(expected['codes']) else [f'alert {seen}, not {expected["codes"]}']


def compare_facts(facts, record):
    """Version and resumption as the endpoints reported them."""
    tls = record.get('tls', {})
    return [f'{key} {tls.get(key)}, not {value}' for key, value in facts.items() if tls.get(key) != value]


def facts(client, server):
    """Only what an endpoint said of a finished handshake."""
    found = {}
    for side in (server, client):
        if side and side.finished and side.version:
            found['version'] = side.version
            if side.resumed is not None:
                found['resumed'] = side.resumed
            if side.hellos:
                found['hello_retry'] = side.hellos > 1
    return found
