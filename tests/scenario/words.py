"""What an endpoint said, read from what it printed. One reader a program; no guess: what it did not
say stays None or empty.
"""

import re
from dataclasses import asdict, dataclass, field

@dataclass
class Testimony:
    program: str
    sent_finished: bool = False
    got_finished: bool = False
    alerts: list = field(default_factory=list)  # ['sent' or 'got', level or None, code], in order
    data: bool = False            # application data came through
    refusal: str = ''             # its own reason for turning the other away
    network: str = ''             # refused, timeout, reset or eof, as it says
    takes_for_plain: bool = False # it says that the other spoke no TLS
    did: list = field(default_factory=list)     # what a peer of ours did on purpose
    version: str = ''
    resumed: bool | None = None
    hellos: int = 0               # Client Hellos that it saw
    exit_code: int | None = None
    never_connected: bool = False  # TCP did not come about
    quote: list = field(default_factory=list)   # the lines this rests on

    @property
    def finished(self):
        return self.sent_finished and self.got_finished

    def plain(self):
        return {k: v for k, v in asdict(self).items() if v not in ('', [], None, False) or k == 'resumed' and v is False}


NETWORK = (
    ('refused', r'Connection refused|ECONNREFUSED'),
    ('timeout', r'timed out|SSL connection timeout|ETIMEDOUT'),
    ('reset', r'[Cc]onnection reset by peer|ECONNRESET|errno=104\b|Error in the pull function|errno 104'),
    ('eof', r'unexpected eof|UNEXPECTED_EOF|EOF occurred|peer closed connection|premature|non-properly terminated'
            r'|socket hang up|disconnected before secure|unexpectedly closed|ended abnormally'),
)
REFUSAL = (
    r'certificate verify failed|CERTIFICATE_VERIFY_FAILED',
    r'SSL certificate problem: .*',
    r'no alternative certificate subject name matches.*|does not match target host name.*',
    r'Verification of the certificate failed.*|Status: The certificate is NOT trusted.*|Error in the certificate\b',
    r'hostname does NOT match.*|owner does not match hostname.*|is not trusted\.|cannot verify .*certificate.*',
    r'UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_HAS_EXPIRED'
    r'|ERR_TLS_CERT_ALTNAME_INVALID|UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    r'client sent no required SSL certificate|client SSL certificate verify error.*',
    r'peer did not return a certificate|no shared cipher|unsupported protocol',
    r"client didn't provide a certificate|failed to verify client certificate.*",
    r'No certificate was found|No supported cipher suites have been found.*|unsupported version packet.*',
)
PLAIN = (r'wrong version number|http request|plain HTTP request|unexpected TLS packet|HTTP/0\.9'
         r'|packet length too long')


def common(program, text, exit_code):
    found = Testimony(program, exit_code=exit_code)
    for name, pattern in NETWORK:
        if not found.network and re.search(pattern, text):
            found.network = name
    for pattern in REFUSAL:
        match = re.search(pattern, text)
        if match and not found.refusal:
            found.refusal = match.group(0)
    found.takes_for_plain = bool(re.search(PLAIN, text))
    quotes = [line.strip() for line in text.splitlines()
              if re.search('|'.join((*(p for _, p in NETWORK), *REFUSAL, PLAIN, r'[Aa]lert|^did:|rror:')), line)]
    found.quote = [re.sub(r'/tmp/\S*/|0x[0-9a-f]{6,}|\b[0-9A-F]{12,}:', '', q)[:160] for q in quotes][:12]
    return found


def openssl(text, exit_code):
    """s_client and s_server with -msg: `>>> TLS 1.2, Handshake [length 0010], Finished`."""
    found = common('openssl', text, exit_code)
    for arrow, what in re.findall(r'^\s*(>>>|<<<) (?:\?\?\?|TLS 1\.\d|SSL 3\.0|DTLS \S+), (.*)$', text, re.M):
        verb = 'sent' if arrow == '>>>' else 'got'
        if what.endswith(', Finished'):
            setattr(found, verb + '_finished', True)
        found.hellos += what.endswith(', ClientHello')
    # Its bytes, since s_client has no name for some.
    for arrow, level, code in re.findall(r'^(>>>|<<<) [^\n]*, Alert \[length 0002\][^\n]*\n +(\w\w) (\w\w)', text, re.M):
        found.alerts.append(['sent' if arrow == '>>>' else 'got', int(level, 16), int(code, 16)])
    found.data = bool(re.search(r'^HTTP/1\.0 200|^250 |^FILE:', text, re.M))
    version = re.search(r'^\s*Protocol\s*: (\S+)', text, re.M) or re.search(r'^New, (TLSv1\.3), Cipher is T', text, re.M)
    if version and found.finished:
        found.version = version.group(1).replace('TLSv1', 'TLSv1.0') if version.group(1) == 'TLSv1' else version.group(1)
        first = re.search(r'^(New|Reused), \S+, Cipher is', text, re.M)
        found.resumed = first.group(1) == 'Reused' if first else None
    return found


def peer(text, exit_code):
    """peer.py and other programs on Python's ssl."""
    found = common('python', text, exit_code)
    for verb, level, code in re.findall(r'^(sent|got): alert level (\d+) code (\d+)$', text, re.M):
        found.alerts.append([verb, int(level), int(code)])
    found.sent_finished = 'sent: FINISHED' in text
    found.got_finished = 'got: FINISHED' in text
    found.hellos = len(re.findall(r': CLIENT_HELLO$', text, re.M))
    found.did = re.findall(r'^did: (.*)$', text, re.M)
    found.data = bool(re.search(r'^data: ', text, re.M))
    version = re.search(r'^version: (\S+) reused: (\w+)', text, re.M)
    if version:
        found.version = {'TLSv1': 'TLSv1.0'}.get(version.group(1), version.group(1))
        found.resumed = version.group(2) == 'True'
    return found


def java(text, exit_code):
    """Peer.java. Its first write after the server's refusal may fail before it reads the alert: that tells nothing."""
    found = peer(text, exit_code)
    found.program, found.resumed = 'java', None
    return found


def go(text, exit_code):
    """peer.go. Go does not say what alert it sends; with a refusal of a certificate it is bad_certificate."""
    found = peer(text, exit_code)
    found.program = 'go'
    if found.refusal:
        found.alerts.append(['sent', 2, 42])
    return found


def curl(text, exit_code):
    """curl -v: `* TLSv1.3 (OUT), TLS alert, unknown CA (560):`, level and code in one number."""
    found = common('curl', text, exit_code)
    for way, what in re.findall(r'^\* TLSv1\.\d \((OUT|IN)\), TLS (.*)$', text, re.M):
        verb = 'sent' if way == 'OUT' else 'got'
        if re.match(r'handshake, Finished', what):
            setattr(found, verb + '_finished', True)
        if way == 'OUT' and what.startswith('handshake, Client hello'):
            found.hellos += 1
        alert = re.match(r'alert, .*\((\d+)\)', what)
        if alert:
            found.alerts.append([verb, int(alert.group(1)) >> 8, int(alert.group(1)) & 255])
    found.data = exit_code == 0
    version = re.search(r'SSL connection using (TLSv1\.\d)', text)
    found.version = version.group(1) if version else ''
    if exit_code == 28:
        found.network = 'timeout'
        found.never_connected = '* Connected to ' not in text
    if exit_code in (52, 56) and not found.network:
        found.network = 'eof'
    return found


def gnutls(text, exit_code):
    """gnutls-cli and gnutls-serv with -d 5: `REC[…]: Alert[2|48] - … - was received`."""
    spoken = ''.join(line for line in text.splitlines(True) if not re.match(r'\|<[1-9]>\|', line))
    found = common('gnutls', spoken, exit_code)
    for verb, level, code in re.findall(r'REC(?:\[\S+\])?: (Sending )?Alert\[(\d+)\|(\d+)\]', text):
        found.alerts.append(['sent' if verb else 'got', int(level), int(code)])
    found.sent_finished = bool(re.search(r'FINISHED was queued', text))
    found.got_finished = bool(re.search(r'FINISHED \(20\) was received', text))
    found.hellos = len(re.findall(r'HSK\[\S+\]: CLIENT HELLO (?:was queued|\(1\) was received)', text))
    found.data = bool(re.search(r'^HTTP/1\.0 200', text, re.M))
    version = re.search(r'Description: \((TLS|SSL)(\d\.\d)', text)
    found.version = 'TLSv' + version.group(2) if version else ''
    if version:
        found.resumed = 'This is a resumed session' in text
    return found


def nginx(text, exit_code):
    found = common('nginx', text, exit_code)
    found.alerts = [['got', 2, int(code)] for code in re.findall(r'SSL alert number (\d+)', text)]
    found.data = '" 200 ' in text
    found.got_finished = found.sent_finished = bool(re.search(r'" \d{3} .*done TLS', text))
    found.resumed = None
    return found


def haproxy(text, exit_code):
    found = common('haproxy', text, exit_code)
    found.data = bool(re.search(r' 200 \d+ ', text))
    found.got_finished = found.sent_finished = found.data
    return found


def haproxy_check(text, exit_code):
    """`Health check for server b/s succeeded, reason: Layer4 check passed, …`"""
    found = common('haproxy-check', text, exit_code)
    if re.search(r'Health check for server b/s succeeded', text):
        found.did = ['unused']
        found.sent_finished = found.got_finished = 'Layer6 check passed' in text
    return found


def node(text, exit_code):
    found = common('node', text, exit_code)
    found.sent_finished = found.got_finished = 'secure' in text.split()
    found.data = 'data' in text.split()
    found.alerts = [['got', 2, int(code)] for code in re.findall(r'SSL alert number (\d+)', text)]
    version = re.search(r'^version (\S+)', text, re.M)
    found.version = version.group(1) if version else ''
    return found


def wget(text, exit_code):
    found = common('wget', text, exit_code)
    found.data = exit_code == 0
    found.sent_finished = found.got_finished = found.data
    return found


READERS = {'openssl': openssl, 'python': peer, 'curl': curl, 'gnutls': gnutls, 'nginx': nginx,
           'haproxy': haproxy, 'java': java, 'go': go, 'haproxy-check': haproxy_check, 'node': node, 'wget': wget}


def read(program, text, exit_code=None):
    return READERS[program](text, exit_code)
