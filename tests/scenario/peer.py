#!/usr/bin/env python3
"""One end of a connection that does on purpose what well-behaved programs do not.

  peer.py server BEHAVIOUR [--port N] [TLS options]
  peer.py client BEHAVIOUR [--port N] [TLS options]

It prints what it did (`did: …`), every TLS message and alert that it sent or got (`sent: …`, `got: …`)
and what it takes to be wrong (`error: …`): that is its testimony.
"""

import argparse
import socket
import sys

import peer_client
import peer_server
from peer_tls import say


def behaviours(module):
    return {name.replace('_', '-'): value for name, value in vars(module).items()
            if getattr(value, '__module__', None) == module.__name__}


def listen(behave, options):
    if behave is peer_server.never_accepts:
        behave(None, options)
    with socket.create_server(('', options.port)) as server:
        while True:
            sock, _ = server.accept()
            try:
                behave(sock, options)
            except OSError as fault:
                say(f'error: {fault}')
                sock.close()


def main():
    roles = {'server': behaviours(peer_server), 'client': behaviours(peer_client)}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('role', choices=roles)
    parser.add_argument('behaviour')
    parser.add_argument('--host', default='10.77.0.2')
    parser.add_argument('--source', default='10.77.0.8')
    parser.add_argument('--port', type=int, default=443)
    parser.add_argument('--name', default='shop.example.test')
    for option in ('ca', 'cert', 'key', 'version', 'ciphers', 'alpn'):
        parser.add_argument('--' + option)
    options = parser.parse_args()
    behave = roles[options.role].get(options.behaviour)
    if not behave:
        parser.error(f'no such behaviour: {options.behaviour}; there are {", ".join(roles[options.role])}')
    if options.role == 'server':
        listen(behave, options)
    elif behave is peer_client.syn_only:
        behave(options)
    else:
        try:
            sock = socket.create_connection((options.host, options.port), 5)
            behave(sock, options)
        except OSError as fault:
            say(f'error: {fault}')
            return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
