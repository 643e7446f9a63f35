"""A headless Chromium, spoken to by its DevTools protocol over a pipe."""
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

LIMIT = 60


class Chromium:
    def __init__(self):
        self.profile = tempfile.mkdtemp()
        to_browser, self.out = os.pipe()
        self.into, from_browser = os.pipe()

        def descriptors():  # the protocol wants 3 and 4
            os.dup2(to_browser, 103)
            os.dup2(from_browser, 104)
            os.dup2(103, 3)
            os.dup2(104, 4)

        self.process = subprocess.Popen(
            ['chromium', '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
             '--disable-background-networking', f'--user-data-dir={self.profile}', '--remote-debugging-pipe'],
            preexec_fn=descriptors, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.rest, self.number, self.events = b'', 0, []
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Network'):
            self.call(domain + '.enable')

    session = None

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.out)
        os.close(self.into)
        shutil.rmtree(self.profile, ignore_errors=True)

    def message(self):
        while b'\0' not in self.rest:
            if not select.select([self.into], [], [], LIMIT)[0]:
                raise TimeoutError('the browser says nothing')
            piece = os.read(self.into, 1 << 20)
            if not piece:
                raise EOFError('the browser has gone')
            self.rest += piece
        text, _, self.rest = self.rest.partition(b'\0')
        return json.loads(text)

    def call(self, method, **params):
        self.number += 1
        request = {'id': self.number, 'method': method, 'params': params}
        if self.session:
            request['sessionId'] = self.session
        os.write(self.out, json.dumps(request).encode() + b'\0')
        while True:
            answer = self.message()
            if answer.get('id') == self.number:
                if 'error' in answer:
                    raise RuntimeError(f'{method}: {answer["error"]}')
                return answer['result']
            self.events.append(answer)

    def open(self, path):
        self.events.clear()
        self.call('Page.navigate', url='file://' + str(path))  # answered when the new page has taken the old one's place
        while self.ask('document.readyState') != 'complete':
            time.sleep(0.02)

    def ask(self, expression):
        result = self.call('Runtime.evaluate', expression=expression, returnByValue=True)
        if 'exceptionDetails' in result:
            raise RuntimeError(result['exceptionDetails'])
        return result['result'].get('value')

    def press(self, key, code, text=''):
        for kind in ('keyDown', 'keyUp'):
            self.call('Input.dispatchKeyEvent', type=kind, key=key, code=key, windowsVirtualKeyCode=code,
                      **({'text': text} if text and kind == 'keyDown' else {}))

    def complaints(self):
        """What the console told, and whatever was asked of the network."""
        found = []
        for event in self.events:
            method, params = event.get('method'), event.get('params', {})
            if method == 'Log.entryAdded':
                found.append(params['entry']['text'])
            elif method in ('Runtime.exceptionThrown', 'Runtime.consoleAPICalled'):
                found.append(json.dumps(params))
            elif method == 'Network.requestWillBeSent':
                url = params['request']['url']
                if not url.startswith(('file:', 'data:')):
                    found.append('network: ' + url)
        return found
