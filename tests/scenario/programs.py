"""How each program is called as a server and as a client, and how it is heard."""

import shutil
import subprocess
import sys
from pathlib import Path

from lab import ABSENT_SERVER, SERVER
from pki import NAME

PEER = Path(__file__).with_name('peer.py')
JAVA_PEER, GO_PEER = PEER.with_name('Peer.java'), PEER.with_name('peer.go')
REQUEST = 'GET / HTTP/1.0\r\n\r\n'
LINES = ('stdbuf', '-oL', '-eL')

NGINX = '''daemon off; master_process off; pid {tmp}/nginx.pid; error_log stderr info;
events {{}}
http {{ log_format said '"$request" $status done $spoken'; access_log /dev/stdout said;
  map $ssl_protocol $spoken {{ default "TLS $ssl_protocol"; "" "plain"; }}
  client_body_temp_path {tmp}/b; proxy_temp_path {tmp}/p; fastcgi_temp_path {tmp}/f; uwsgi_temp_path {tmp}/u;
  scgi_temp_path {tmp}/s; client_header_timeout 1s; keepalive_timeout 0;
  server {{ listen 443 {listen}; server_name {name}; {tls} {extra} location / {{ return 200 "hello\\n"; }} }} }}
'''
HAPROXY = '''global
  log stdout format raw local0
defaults
  mode http
  log global
  option httplog
  timeout client 3s
  timeout server 3s
  timeout connect 3s
frontend f
  bind :443 ssl crt {pki}/good.pem {extra}
  http-request return status 200 content-type text/plain string hello
'''
CHECK = '''global
  log stdout format raw local0
defaults
  mode tcp
  log global
  timeout connect 1s
  timeout client 1s
  timeout server 1s
frontend f
  bind 127.0.0.1:8404
  default_backend b
backend b
  option log-health-checks
  server s {server}:443 {options} inter 60s rise 1
'''
NODE = '''const https = require('https'), fs = require('fs');
const request = https.get({host: process.argv[1], servername: process.argv[2], port: 443, agent: false,
  headers: {connection: 'close'}, ca: fs.readFileSync(process.argv[3])}, (reply) => {
    console.log('version', reply.socket.getProtocol());
    reply.on('data', () => console.log('data'));
});
request.on('socket', (socket) => socket.on('secureConnect', () => console.log('secure')));
request.on('error', (fault) => console.log('error:', fault.code, fault.message));
'''


class Programs:
    def __init__(self, pki, tmp):
        self.pki, self.tmp = pki, Path(tmp)
        pem = Path(pki.path('good.pem'))
        pem.write_text(Path(pki.crt('good')).read_text() + Path(pki.key('good')).read_text())

    def fill(self, options, pair):
        """`{good}` becomes the options of a certificate, `{pki}/x` a path."""
        filled = []
        for option in options:
            if option == '{ec2}':
                filled += ['-cert2', self.pki.crt('ec'), '-key2', self.pki.key('ec')]
            elif option == '{ca}':
                filled += ['--ca', self.pki.crt('ca')]
            elif option.startswith('{') and option.endswith('}'):
                filled += pair(option[1:-1])
            else:
                filled.append(option.replace('{pki}', str(self.pki.folder)).replace('{tmp}', str(self.tmp)))
        return filled

    def server(self, spec):
        """(argv, port, how it is heard)"""
        program, *options = spec
        if program == 'openssl':
            return ([*LINES, 'openssl', 's_server', '-accept', '443', '-msg', '-www', *self.fill(options, self.pki.pair)],
                    443, 'openssl')
        if program == 'gnutls':
            pair = lambda n: ['--x509certfile', self.pki.crt(n), '--x509keyfile', self.pki.key(n)]
            return [*LINES, 'gnutls-serv', '-d', '5', '--http', '-p', '443', *self.fill(options, pair)], 443, 'gnutls'
        if program == 'python':
            pair = lambda n: ['--cert', self.pki.crt(n), '--key', self.pki.key(n)]
            argv = [sys.executable, PEER, 'server', *self.fill(options, pair)]
            return argv, 25 if '25' in argv else 443, 'python'
        if program in ('nginx', 'nginx-plain'):
            plain = program == 'nginx-plain'
            tls = '' if plain else f'ssl_certificate {self.pki.crt("good")}; ssl_certificate_key {self.pki.key("good")};'
            text = NGINX.format(tmp=self.tmp, listen='' if plain else 'ssl http2', name=NAME, tls=tls,
                                extra=' '.join(self.fill(options, None)))
            (self.tmp / 'nginx.conf').write_text(text)
            return ['nginx', '-c', self.tmp / 'nginx.conf', '-e', 'stderr'], 443, 'nginx'
        if program == 'go':
            pair = lambda n: [self.pki.crt(n), self.pki.key(n)]
            behaviour, *rest = self.fill(options, pair)
            made = self.tmp / 'peer-go'
            subprocess.run(['go', 'build', '-o', made, GO_PEER], check=True)
            return [made, behaviour, '443', *rest], 443, 'go'
        (self.tmp / 'haproxy.cfg').write_text(HAPROXY.format(pki=self.pki.folder, extra=' '.join(self.fill(options, None))))
        return ['haproxy', '-db', '-f', self.tmp / 'haproxy.cfg'], 443, 'haproxy'

    def client(self, spec):
        """(argv, standard input or None, how it is heard)"""
        program, *options = spec
        ca = self.pki.crt('ca')
        if program == 'openssl':
            starttls = '-starttls' in options
            argv = [*LINES, 'openssl', 's_client', '-connect', f'{SERVER}:{25 if starttls else 443}', '-servername', NAME,
                    '-msg', '-ign_eof', '-CAfile', ca, '-verify_return_error', *self.fill(options, self.pki.pair)]
            return argv, REQUEST, 'openssl'
        if program == 'gnutls':
            return ([*LINES, 'gnutls-cli', '-d', '5', '--x509cafile', ca, '--sni-hostname', NAME, '--verify-hostname', NAME,
                     '-p', '443', SERVER, *options], REQUEST, 'gnutls')
        if program == 'curl':
            host = ABSENT_SERVER if '{absent}' in options else SERVER
            scheme, port = ('http', ':443') if '{http}' in options else ('https', '')
            options = [o for o in options if o not in ('{absent}', '{http}')]
            return (['curl', '-sv', '--cacert', ca, '--resolve', f'{NAME}:443:{host}', *options,
                     f'{scheme}://{NAME}{port}/'], None, 'curl')
        if program == 'python':
            return [sys.executable, PEER, 'client', *self.fill(options, None)], None, 'python'
        if program == 'java':
            behaviour, *keys = options
            keystore = [self.pki.keystore(name) for name in keys]
            return ['java', JAVA_PEER, behaviour, SERVER, '443', NAME, ca, *keystore], None, 'java'
        if program == 'haproxy-check':
            (self.tmp / 'check.cfg').write_text(CHECK.format(server=SERVER, options=' '.join(options)))
            return ['timeout', '2', 'haproxy', '-db', '-f', self.tmp / 'check.cfg'], None, 'haproxy-check'
        if program == 'node':
            return ['node', '-e', NODE, SERVER, NAME, ca], None, 'node'
        hosts = self.tmp / 'hosts'
        hosts.write_text(f'{SERVER} {NAME}\n')
        return (['unshare', '-m', 'sh', '-c', 'mount --bind "$1" /etc/hosts && shift && exec wget "$@"', 'sh', hosts,
                 '-O', '-', '--tries=1', f'--ca-certificate={ca}', f'https://{NAME}/'], None, 'wget')


VERSIONS = {
    'openssl': ['openssl', 'version'], 'gnutls': ['gnutls-cli', '--version'], 'curl': ['curl', '--version'],
    'nginx': ['nginx', '-v'], 'haproxy': ['haproxy', '-v'], 'node': ['node', '--version'],
    'wget': ['wget', '--version'], 'tcpdump': ['tcpdump', '--version'], 'java': ['java', '--version'], 'go': ['go', 'version'],
    'python': [sys.executable, '-c', 'import ssl, sys; print("Python", sys.version.split()[0], ssl.OPENSSL_VERSION)'],
}
TOOL = {'haproxy-check': 'haproxy', 'gnutls': 'gnutls-cli', 'nginx-plain': 'nginx', 'python': sys.executable}


def missing(program):
    return shutil.which(TOOL.get(program, program)) is None
