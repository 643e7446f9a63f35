"""What a client of peer.py does with a connection: each function is a behaviour."""

import socket
import ssl
import struct
import time

from peer_tls import REQUEST, HandMade, close, converse, farewell, read_some, reset, say, speak_tls


def tls(sock, options):
    tls = speak_tls(sock, options, False)
    if tls and converse(tls, False):
        farewell(tls)


def tls_reset(sock, options):
    tls = speak_tls(sock, options, False)
    if tls and converse(tls, False, to_the_end=False):
        time.sleep(0.1)
        reset(tls)


def tls_half_close(sock, options):
    tls = speak_tls(sock, options, False)
    if not tls:
        return
    tls.sendall(REQUEST)
    time.sleep(0.1)
    socket.socket.shutdown(tls, socket.SHUT_WR)
    try:
        while tls.recv(4096):
            say('data: reply')
    except OSError as fault:
        say(f'error: after the data: {fault}')
    close(tls)


def split(sock, options):
    """The Client Hello in three segments, the rest as usual."""
    hand = HandMade(options, False)
    hello = hand.step()
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for part in (hello[:3], hello[3:60], hello[60:]):
        sock.sendall(part)
        time.sleep(0.05)
    sock.settimeout(5)
    while True:
        try:
            hand.tls.do_handshake()
            break
        except ssl.SSLWantReadError:
            pending = hand.outward.read()
            if pending:
                sock.sendall(pending)
            hand.inward.write(sock.recv(65536))
    hand.tls.write(REQUEST)
    sock.sendall(hand.outward.read())
    if read_some(sock):
        say('data: reply')
    close(sock)


def hello_close(sock, options):
    sock.sendall(HandMade(options, False).step())
    close(sock)


def hello_reset(sock, options):
    sock.sendall(HandMade(options, False).step())
    time.sleep(0.3)
    reset(sock)


def hello_wait_reset(sock, options):
    """Waits as long as a server takes to repeat its SYN-ACK twice."""
    sock.sendall(HandMade(options, False).step())
    time.sleep(4)
    reset(sock)


def wait_reset(sock, _):
    time.sleep(4)
    reset(sock)


def flight_close(sock, options):
    sock.sendall(HandMade(options, False).step())
    read_some(sock)
    close(sock)


def flight_reset(sock, options):
    sock.sendall(HandMade(options, False).step())
    read_some(sock)
    reset(sock)


def half_hello(sock, options):
    sock.sendall(HandMade(options, False).step()[:100])
    time.sleep(0.2)
    close(sock)


def long_hello(sock, options):
    """A hello of two segments, and patience."""
    options.alpn = ','.join(f'protocol-{i:03}' for i in range(120))
    sock.sendall(HandMade(options, False).step())
    read_some(sock)
    close(sock)


def patient(sock, options):
    """Asks, and waits some seconds for an answer."""
    tls = speak_tls(sock, options, False)
    if not tls:
        return
    tls.settimeout(6)
    time.sleep(1)
    converse(tls, False)
    tls.close()


def insistent(sock, options):
    """Asks again when the answer stops in the middle, and waits some seconds more."""
    tls = speak_tls(sock, options, False)
    if not tls:
        return
    tls.settimeout(1)
    converse(tls, False)
    tls.settimeout(6)
    converse(tls, False)
    tls.close()


def upload(sock, options):
    tls = speak_tls(sock, options, False)
    sent = 0
    try:
        while tls and sent < 1 << 24:
            sent += tls.send(bytes(1 << 14))
    except OSError as fault:
        say(f'error: {fault}')
    say(f'data: {sent} bytes sent')


def leave_early(sock, options):
    """Takes the beginning of an answer, and goes."""
    tls = speak_tls(sock, options, False)
    if tls and converse(tls, False, to_the_end=False):
        say('did: cut')
        reset(tls)


def late_request(sock, options):
    """Asks when the server may have left already."""
    tls = speak_tls(sock, options, False)
    if tls:
        time.sleep(0.1)
        converse(tls, False)
        tls.close()


def stall_and_leave(sock, options):
    """Lets the answer fill the window."""
    tls = speak_tls(sock, options, False)
    if tls:
        tls.sendall(REQUEST)
        time.sleep(1.5)
        say('did: cut')
        reset(tls)


def spare_close(sock, _):
    say('did: unused')
    sock.close()


def spare_reset(sock, _):
    say('did: unused')
    reset(sock)


def tls_spare_close(sock, options):
    if tls := speak_tls(sock, options, False):
        say('did: unused')
        tls.close()


def tls_spare_reset(sock, options):
    if tls := speak_tls(sock, options, False):
        say('did: unused')
        reset(tls)


def tls_spare_notify(sock, options):
    if tls := speak_tls(sock, options, False):
        say('did: unused')
        farewell(tls)


def proxied(sock, options, header):
    say('did: proxy header')
    sock.sendall(header)
    time.sleep(0.1)
    tls(sock, options)


def proxy_v1(sock, options):
    proxied(sock, options, b'PROXY TCP4 10.77.0.1 10.77.0.2 50000 443\r\n')


def proxy_v2(sock, options):
    ends = socket.inet_aton('10.77.0.1') + socket.inet_aton('10.77.0.2') + struct.pack('!HH', 50000, 443)
    proxied(sock, options, b'\r\n\r\n\0\r\nQUIT\n\x21\x11' + struct.pack('!H', len(ends)) + ends)


def ssh(sock, _):
    say('did: plain')
    sock.sendall(b'SSH-2.0-OpenSSH_9.2\r\n')
    read_some(sock)
    close(sock)


def ssh_patient(sock, _):
    """Waits until the server leaves."""
    say('did: plain')
    sock.sendall(b'SSH-2.0-OpenSSH_9.2\r\n')
    sock.settimeout(None)
    say(f'did: read {len(sock.recv(4096))}')
    close(sock)


def oversized(sock, _):
    """A record that says it is longer than one may be."""
    say('did: plain')
    sock.sendall(b'\x16\x03\x01\x7f\xff\x01' + bytes(4000))
    read_some(sock)
    close(sock)


def silent(sock, _):
    say('did: silent')
    read_some(sock)
    close(sock)


def garbage(sock, _):
    say('did: plain')
    sock.sendall(bytes((i * 73 + 41) % 256 for i in range(400)))
    read_some(sock)
    close(sock)


def syn_only(options):
    """A SYN from an address that nobody has: the SYN-ACK finds no taker."""
    source, target = (socket.inet_aton(a) for a in (options.source, options.host))
    tcp = struct.pack('!HHIIBBHHH', 40000, options.port, 0x01020304, 0, 5 << 4, 2, 64240, 0, 0)
    pseudo = source + target + struct.pack('!BBH', 0, 6, len(tcp)) + tcp
    total = sum(struct.unpack(f'!{len(pseudo) // 2}H', pseudo))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    tcp = tcp[:16] + struct.pack('!H', ~total & 0xffff) + tcp[18:]
    header = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, source, target)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        raw.sendto(header + tcp, (options.host, 0))
    say('did: never acknowledged')
    time.sleep(6)
