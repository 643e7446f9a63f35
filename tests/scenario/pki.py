"""Certificates, made anew for each run with `openssl`."""

from pathlib import Path

from lab import sh

NAME = 'shop.example.test'
LONG_AGO, NOT_LONG_AGO = '20200101000000Z', '20200201000000Z'
FAR, FARTHER = '20450101000000Z', '20460101000000Z'


class Pki:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir()
        (self.folder / 'ca.cnf').write_text(
            '[ca]\ndefault_ca=d\n[d]\ndatabase=index\nrand_serial=yes\nnew_certs_dir=.\npolicy=p\n'
            'default_md=sha256\nunique_subject=no\ncopy_extensions=copy\n[p]\ncommonName=supplied\n'
            '[sub]\nbasicConstraints=critical,CA:TRUE\n')
        (self.folder / 'index').write_text('')
        self.authority('ca', 'Scenario CA')
        self.authority('stranger', 'Unknown CA')
        self.leaf('good')
        self.leaf('ec', key=('ec', '-pkeyopt', 'ec_paramgen_curve:P-256'))
        self.leaf('expired', start=LONG_AGO, end=NOT_LONG_AGO)
        self.leaf('early', start=FAR, end=FARTHER)
        self.leaf('misnamed', host='other.example.test')
        self.leaf('unknown', ca='stranger')
        self.leaf('user', host='user.example.test')
        self.leaf('outsider', host='outsider.example.test', ca='stranger')
        self.self_signed()
        self.long_chain()

    def path(self, name):
        return str(self.folder / name)

    def crt(self, name):
        return self.path(name + '.crt')

    def key(self, name):
        return self.path(name + '.key')

    def pair(self, name):
        """The options of `openssl s_server` and `s_client`."""
        return ['-cert', self.crt(name), '-key', self.key(name)]

    def keystore(self, name):
        """Certificate and key as Java reads them."""
        sh('openssl', 'pkcs12', '-export', '-in', self.crt(name), '-inkey', self.key(name), '-passout', 'pass:password',
           '-out', self.path(name + '.p12'))
        return self.path(name + '.p12')

    def request(self, name, subject, key, extra=()):
        sh('openssl', 'req', '-new', '-nodes', '-newkey', *key, '-keyout', self.key(name), '-subj',
           f'/CN={subject}', '-out', self.path(name + '.csr'), *extra)

    def authority(self, name, subject):
        sh('openssl', 'req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-keyout', self.key(name), '-subj',
           f'/CN={subject}', '-days', '3650', '-out', self.crt(name))

    def sign(self, name, ca, start, end, extra=()):
        sh('sh', '-c', 'cd "$1"; shift; exec openssl ca "$@"', 'sh', str(self.folder), '-batch', '-notext',
           '-config', 'ca.cnf', '-cert', ca + '.crt', '-keyfile', ca + '.key', '-in', name + '.csr', '-out',
           name + '.crt', '-startdate', start, '-enddate', end, *extra)

    def leaf(self, name, ca='ca', start=LONG_AGO, end=FAR, key=('rsa:2048',), host=NAME):
        self.request(name, host, key, ['-addext', f'subjectAltName=DNS:{host}'])
        self.sign(name, ca, start, end)

    def self_signed(self):
        sh('openssl', 'req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-keyout', self.key('selfsigned'),
           '-subj', f'/CN={NAME}', '-addext', f'subjectAltName=DNS:{NAME}', '-days', '3650', '-out',
           self.crt('selfsigned'))

    def long_chain(self):
        """Eight intermediates: a Certificate message of about 9 kB, over many segments."""
        above, chain = 'ca', []
        for i in range(8):
            name = f'sub{i}'
            self.request(name, f'Intermediate {i} of a company with a long chain', ('rsa:2048',))
            self.sign(name, above, LONG_AGO, FAR, ['-extensions', 'sub'])
            chain.insert(0, Path(self.crt(name)).read_text())
            above = name
        self.leaf('deep', ca=above)
        Path(self.path('chain.pem')).write_text(''.join(chain))
        Path(self.path('deep-chain.pem')).write_text(Path(self.crt('deep')).read_text() + ''.join(chain))
