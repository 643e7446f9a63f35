"""Debian's ClickHouse as a server of one test's own: its data in a folder, its ports free ones."""

import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

LIMIT = 60
CONFIG = """<yandex>
<logger><level>warning</level><console>1</console></logger>
<http_port>{http}</http_port><tcp_port>{tcp}</tcp_port><listen_host>127.0.0.1</listen_host>
<path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path>
<user_files_path>{folder}/files/</user_files_path><format_schema_path>{folder}/schemas/</format_schema_path>
<users_config>{folder}/users.xml</users_config>
<default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>67108864</mark_cache_size>
</yandex>
"""
USERS = """<yandex>
<profiles><default/></profiles><quotas><default/></quotas>
<users>
<default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>
<probe><password>secret</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></probe>
</users>
</yandex>
"""


def free_port():
    with socket.socket() as one:
        one.bind(('127.0.0.1', 0))
        return one.getsockname()[1]


class Server:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.http, self.tcp = free_port(), free_port()
        (self.folder / 'config.xml').write_text(CONFIG.format(folder=folder, http=self.http, tcp=self.tcp))
        (self.folder / 'users.xml').write_text(USERS)
        self.url = f'http://127.0.0.1:{self.http}'
        self.process = None

    def start(self):
        with open(self.folder / 'log', 'ab') as log:
            self.process = subprocess.Popen(['clickhouse-server', f'--config-file={self.folder}/config.xml'],
                                            stdout=log, stderr=log)
        until = time.monotonic() + LIMIT
        while True:
            try:
                return self.ask('SELECT 1')
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > until or self.process.poll() is not None:
                    raise AssertionError((self.folder / 'log').read_text()[-2000:]) from None
                time.sleep(0.1)

    def runs(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, how=signal.SIGTERM):
        if self.runs():
            self.process.send_signal(how)
            self.process.wait(timeout=LIMIT)

    def ask(self, query):
        """Its answer, tab-separated, as rows of texts."""
        try:
            with urllib.request.urlopen(self.url, data=query.encode(), timeout=LIMIT) as answer:
                return [line.split('\t') for line in answer.read().decode(errors='replace').splitlines()]
        except urllib.error.HTTPError as fault:
            raise AssertionError(f'{fault.read().decode()}\n{query}') from None

    def number(self, query):
        return int(self.ask(query)[0][0])

    def run(self, statements):
        """A file of statements, as docs/scale.md says."""
        done = subprocess.run(['clickhouse-client', '--host', '127.0.0.1', '--port', str(self.tcp), '--multiquery'],
                              input=statements, capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
