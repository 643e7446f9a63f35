"""What a server of peer.py does with a connection: each function is a behaviour."""

import socket
import ssl
import time

from peer_tls import REPLY, HandMade, close, converse, farewell, read_some, reset, say, speak_tls


def tls(sock, options):
    tls = speak_tls(sock, options, True)
    if tls and converse(tls, True):
        farewell(tls)


def tls_hold(sock, options):
    """Waits for the client to end it."""
    tls = speak_tls(sock, options, True)
    while tls and converse(tls, True):
        pass


def tls_reset(sock, options):
    tls = speak_tls(sock, options, True)
    if tls and converse(tls, True):
        time.sleep(0.1)
        reset(tls)


def tls_no_notify(sock, options):
    tls = speak_tls(sock, options, True)
    if tls and converse(tls, True):
        close(tls)


def tls_half_close(sock, options):
    """Reads to the end of the client's stream, then goes on sending."""
    tls = speak_tls(sock, options, True)
    if not tls:
        return
    try:
        while tls.recv(4096):
            say('data: request')
    except OSError as fault:
        say(f'error: after the data: {fault}')
    for _ in range(3):
        time.sleep(0.05)
        tls.sendall(REPLY)
    say('did: data after the client\'s FIN')
    close(tls)


def bulk(sock, options):
    """An answer of some megabytes."""
    tls = speak_tls(sock, options, True)
    if not tls:
        return
    try:
        tls.recv(4096)
        say('data: request')
        for _ in range(256):
            tls.sendall(bytes(1 << 14))
    except OSError as fault:
        say(f'error: {fault}')
    tls.close()


def cut(sock, options):
    """Leaves in the middle of an upload."""
    tls = speak_tls(sock, options, True)
    if not tls:
        return
    for _ in range(4):
        tls.recv(4096)
    say('data: request')
    say('did: cut')
    reset(tls)


def refuses_upload(sock, options):
    """Reads the beginning, says 413 and closes."""
    tls = speak_tls(sock, options, True)
    if not tls:
        return
    tls.recv(4096)
    say('data: request')
    say('did: cut')
    tls.sendall(b'HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n')
    tls.close()


def tls_leave(sock, options):
    """Closes when the handshake is over."""
    if tls := speak_tls(sock, options, True):
        say('did: cut')
        tls.close()


def tls_goodbye(sock, options):
    """Says close_notify when the handshake is over, and takes what still comes."""
    if tls := speak_tls(sock, options, True):
        say('did: cut')
        farewell(tls)


def leave(sock, _):
    say('did: unused')
    sock.close()


def never_accepts(_, options):
    """The kernel takes one connection for it, and has no room for a second."""
    with socket.create_server(('', options.port), backlog=0):
        say('did: silent')
        time.sleep(60)


def half_record(sock, options):
    """Closes in the middle of its own TLS record."""
    hand = HandMade(options, True)
    request = b''
    while not request:
        sock.sendall(hand.step(sock.recv(65536)))
        try:
            request = hand.tls.read(4096)
        except ssl.SSLWantReadError:
            pass
    hand.tls.write(REPLY * 20)
    record = hand.outward.read()
    sock.sendall(record[:len(record) // 2])
    say('data: request')
    say('did: cut')
    close(sock)


def hello_close(sock, _):
    read_some(sock)
    close(sock)


def hello_reset(sock, _):
    read_some(sock)
    reset(sock)


def flight_close(sock, options):
    hand = HandMade(options, True)
    sock.sendall(hand.step(read_some(sock)))
    read_some(sock)
    close(sock)


def flight_reset(sock, options):
    hand = HandMade(options, True)
    sock.sendall(hand.step(read_some(sock)))
    time.sleep(0.1)
    reset(sock)


def flight_silent(sock, options):
    hand = HandMade(options, True)
    sock.sendall(hand.step(read_some(sock)))
    say('did: silent')
    sock.settimeout(8)
    while sock.recv(65536):
        pass
    close(sock)


def silent(sock, _):
    say('did: silent')
    sock.settimeout(8)
    while sock.recv(65536):
        pass
    close(sock)


def plain(sock, _):
    read_some(sock)
    say('did: plain')
    sock.sendall(b'HTTP/1.0 400 Bad Request\r\nConnection: close\r\n\r\n')
    close(sock)


def banner(sock, _):
    say('did: plain')
    sock.sendall(b'SSH-2.0-OpenSSH_9.2\r\n')
    read_some(sock)
    close(sock)


def smtp(sock, options):
    stream = sock.makefile('rwb', 0)
    stream.write(b'220 mail.example.test ESMTP\r\n')
    for line in stream:
        word = line[:8].upper()
        if word.startswith(b'EHLO'):
            stream.write(b'250-mail.example.test\r\n250 STARTTLS\r\n')
        elif word.startswith(b'STARTTLS'):
            stream.write(b'220 go ahead\r\n')
            tls(sock, options)
            return
        else:
            stream.write(b'221 bye\r\n')
            break
    close(sock)
