#!/usr/bin/env python3
"""The manual page of the configuration: a template, and every key as the commented file tells it.

  keys.py TEMPLATE CONFIGURATION > handspand.toml.5
"""
import re
import sys


def escaped(text):
    text = text.replace('\\', r'\e').replace('-', r'\-')
    return '\n'.join(r'\&' + line if line[:1] in ".'" else line for line in text.split('\n'))


def page(configuration):
    """mdoc: a section a heading, a key an item; the comment before it is its description."""
    out, comment, in_list = [], [], False
    lines = configuration.split('\n')
    first = next(i for i, line in enumerate(lines) if not line.strip())  # the file's own preface ends
    for line in lines[first:]:
        if line.startswith('#'):
            comment.append(line[1:].strip())
        elif match := re.fullmatch(r'\[(\w+)\]', line):
            out += (['.El'] if in_list else []) + [f'.Ss [{match[1]}]']
            out += [escaped('\n'.join(comment))] if comment else []
            out.append('.Bl -tag -width Ds')
            comment, in_list = [], True
        elif match := re.match(r'(\w+) = ', line):
            out += [f'.It Cm {match[1]}', escaped('\n'.join(comment))]
            comment = []
    return '\n'.join(out + ['.El'])


def main():
    with open(sys.argv[1], encoding='utf-8') as template, open(sys.argv[2], encoding='utf-8') as keys:
        sys.stdout.reconfigure(encoding='utf-8')
        sys.stdout.write(template.read().replace('@KEYS@', page(keys.read())))


if __name__ == '__main__':
    main()
