#!/usr/bin/env python3
"""The bill of materials of a program is well-formed SPDX 2.3, and has every library that the program loads, with
the version that is installed.

  sbom_test.py PROGRAM SBOM [PROGRAM SBOM]…
"""
import json
import re
import subprocess
import sys

# What SPDX 2.3 demands of each part, and the form it must have.
DOCUMENT = {
    'spdxVersion': r'SPDX-2\.3',
    'dataLicense': r'CC0-1\.0',
    'SPDXID': r'SPDXRef-DOCUMENT',
    'name': r'.+',
    'documentNamespace': r'https://[^#\s]+',
}
PACKAGE = {
    'SPDXID': r'SPDXRef-[A-Za-z0-9.-]+',
    'name': r'.+',
    'versionInfo': r'.+',
    'downloadLocation': r'NOASSERTION|NONE|https?://.+',
    'licenseConcluded': r'.+',
    'licenseDeclared': r'.+',
    'copyrightText': r'.+',
    'primaryPackagePurpose': r'APPLICATION|LIBRARY',
}
RELATION = {
    'spdxElementId': r'SPDXRef-[A-Za-z0-9.-]+',
    'relationshipType': r'DESCRIBES|DYNAMIC_LINK|DEPENDS_ON|BUILD_DEPENDENCY_OF',
    'relatedSpdxElement': r'SPDXRef-[A-Za-z0-9.-]+',
}


def ill_formed(part, wanted, what):
    for key, form in wanted.items():
        if not re.fullmatch(form, str(part.get(key, ''))):
            yield f'{what}: {key} is {part.get(key)!r}'


def structure(bill):
    yield from ill_formed(bill, DOCUMENT, 'document')
    about = bill.get('creationInfo', {})
    if not re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', about.get('created', '')):
        yield f'created: {about.get("created")!r}'
    if not about.get('creators') or not all(re.match(r'(Tool|Organization|Person): .', c) for c in about['creators']):
        yield f'creators: {about.get("creators")!r}'
    names = ['SPDXRef-DOCUMENT']
    for package in bill['packages']:
        yield from ill_formed(package, PACKAGE, package.get('name'))
        names.append(package['SPDXID'])
        for reference in package.get('externalRefs', []):
            yield from ill_formed(reference, {'referenceCategory': 'PACKAGE-MANAGER', 'referenceType': 'purl',
                                              'referenceLocator': r'pkg:deb/debian/[^@\s]+@[^?\s]+\?arch=\w+'},
                                  package['name'])
    if len(names) != len(set(names)):
        yield 'an SPDXID stands twice'
    for relation in bill['relationships']:
        yield from ill_formed(relation, RELATION, 'relationship')
        if not {relation['spdxElementId'], relation['relatedSpdxElement']} <= set(names):
            yield f'a relationship with what is not there: {relation}'
    if not any(r['relationshipType'] == 'DESCRIBES' for r in bill['relationships']):
        yield 'nothing is described'


def missing(bill, program):
    told = {package['name']: package for package in bill['packages']}
    linked = {r['relatedSpdxElement'] for r in bill['relationships'] if r['relationshipType'] == 'DYNAMIC_LINK'}
    headers = subprocess.run(['readelf', '-d', program], capture_output=True, text=True, check=True).stdout
    needed = re.findall(r'\(NEEDED\).*\[(.+)\]', headers)
    loaded = subprocess.run(['ldd', program], capture_output=True, text=True, check=True).stdout
    paths = dict(re.findall(r'^\s*(\S+) => (/\S+)', loaded, re.MULTILINE))
    if not needed or not paths:
        yield f'{program} loads nothing: this test sees nothing'
    for library in {*needed, *paths}:
        if library not in told:
            yield f'{library} is loaded and not told'
        elif library in needed and told[library]['SPDXID'] not in linked:
            yield f'{library} is linked, and it is not told so'
        elif told[library].get('supplier') == 'Organization: Debian':
            package = re.match(r'Debian package (\S+),', told[library]['sourceInfo'])[1]
            version = subprocess.run(['dpkg-query', '-W', '-f', '${Version}\n', package], capture_output=True,
                                     text=True, check=True).stdout.split()
            if told[library]['versionInfo'] not in version:
                yield f'{library}: {told[library]["versionInfo"]} is told, {version} is installed'


def faults_of(program, path):
    with open(path, encoding='utf-8') as file:
        bill = json.load(file)
    yield from structure(bill)
    yield from missing(bill, program)
    # What is taken out must be missed.
    library = next(p for p in bill['packages'] if p['name'].startswith('libc.so'))
    bill['packages'].remove(library)
    if not list(missing(bill, program)) or not list(structure(bill)):
        yield f'self-test: {library["name"]} is not missed'
    print(f'{path}: {len(bill["packages"]) + 1} parts')


def main():
    given = sys.argv[1:]
    faults = [fault for program, path in zip(given[::2], given[1::2]) for fault in faults_of(program, path)]
    print('\n'.join(faults))
    return 1 if faults or not given else 0


if __name__ == '__main__':
    sys.exit(main())
