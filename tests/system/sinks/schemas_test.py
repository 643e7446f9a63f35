#!/usr/bin/env python3
"""The JSON Schemas of conf/schemas: they are those of this program, and all that is written keeps to them.

  schemas_test.py --handspan PATH --exporter PATH --segment-writer PATH --capture PATH --source PATH
"""
import collections
import json
import pathlib
import subprocess
import sys

import jsonschema

import exports
from exports import JSONL, PROGRAMS


class Schemas(exports.SinkTest):
    def validator(self, name):
        schema = json.loads((pathlib.Path(PROGRAMS.source) / 'conf' / 'schemas' / f'{name}.schema.json').read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        return jsonschema.Draft202012Validator(schema)

    def check(self, lines, name_of):
        """Each line by the schema of its name; how many there were of each."""
        validators, counts = {}, collections.Counter()
        for line in lines:
            name = name_of(line)
            validator = validators.setdefault(name, self.validator(name)) if name not in validators else validators[name]
            fault = next(validator.iter_errors(line), None)
            self.assertIsNone(fault, fault and f'{list(fault.absolute_path)}: {fault.message}\n{json.dumps(line)}')
            counts[name] += 1
        return counts

    def read(self, *arguments):
        captures = sorted((pathlib.Path(PROGRAMS.source) / 'tests' / 'golden').glob('*/capture.pcap'))
        done = subprocess.run([PROGRAMS.handspan, 'read', *arguments, *captures], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_they_are_made_from_this_programs_definition(self):
        maker = pathlib.Path(PROGRAMS.source) / 'tools' / 'make-schemas'
        done = subprocess.run([sys.executable, maker, '--handspan', PROGRAMS.handspan, '--check'], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ''), done.stderr)

    def test_records_of_all_cases_keep_to_theirs(self):
        lines = self.read('--json', '--events', 'all')
        kinds = collections.Counter(line['event_type'] for line in lines)
        self.assertGreater(min(kinds['connection'], kinds['handshake']), 50)
        self.check(lines, lambda line: 'connection')

    def test_eve_events_of_all_cases_keep_to_theirs(self):
        counts = self.check(self.read('--eve'), lambda line: 'eve-' + line['event_type'])
        self.assertGreater(min(counts['eve-flow'], counts['eve-tls']), 50)

    def test_rows_and_minutes_keep_to_theirs(self):
        writer = self.start_with(JSONL + 'select = "all, minutes"\nevents = "all"\n')
        writer.do('minute 0')
        writer.do(f'flood {PROGRAMS.capture} 4 1')
        self.wait_for_read(4)
        self.wait_until(lambda: self.sink('jsonl')['sent'] == 5, 'the minute is there')
        self.stop()
        counts = self.check(self.lines(), lambda line: 'minute' if line['event_type'] == 'minute' else 'connection')
        self.assertEqual(counts, {'connection': 4, 'minute': 1})

    def test_what_is_not_in_them_is_refused(self):
        line = self.read('--json')[0]
        validator = self.validator('connection')
        for change in ({'surprise': 1}, {'outcome': 'perhaps'}, {'timestamp': '2026-11-27'}, {'duration': -1}):
            self.assertFalse(validator.is_valid({**line, **change}), change)
        self.assertFalse(validator.is_valid({name: value for name, value in line.items() if name != 'packets'}))


if __name__ == '__main__':
    exports.main('source')
