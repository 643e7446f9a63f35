"""What stands between the two hosts in some situations: a router that loses, refuses or forgets what
it should pass on. nft does it, and its counters are the path's testimony.
"""

import re
from dataclasses import dataclass

from lab import CLIENT, SERVER

# name → (what is met, what becomes of it, the class of the truth)
FROM_CLIENT, FROM_SERVER = f'ip saddr {CLIENT}', f'ip saddr {SERVER}'
PATHS = {
    'mtu-hole': (f'{FROM_SERVER} ip length > 700', 'drop', 'undelivered'),
    'loses-hello-head': (f'{FROM_CLIENT} ip length > 1000', 'drop', 'undelivered'),
    'loses-hello': (f'{FROM_CLIENT} ip length > 150', 'drop', 'undelivered'),
    'forgets': (f'{FROM_CLIENT} tcp sport != @known', 'drop', 'undelivered'),
    'freezes': ('quota over 5000 bytes', 'drop', 'undelivered'),
    'rejects-hello': (f'{FROM_CLIENT} ip length > 150', 'reject with tcp reset', 'injected'),
    'prohibits': (f'{FROM_CLIENT} tcp flags & (syn | ack) == syn', 'reject with icmp type admin-prohibited', 'unreachable'),
    'loses-acks': (f'{FROM_CLIENT} tcp flags & (syn | fin | rst) == 0x0', 'drop', 'unheard'),
    'loses-syn': (f'{FROM_CLIENT} tcp flags & (syn | ack) == syn', 'drop', 'unanswered'),
}

# As address translation does: a SYN makes an entry, later packets keep it, silence ends it.
REMEMBERS = {'forgets': (
    'set known {', 'type inet_service; flags dynamic, timeout; timeout 500ms;', '}',
    f'{FROM_CLIENT} tcp flags & (syn | ack) == syn add @known {{ tcp sport }}',
    f'{FROM_CLIENT} tcp sport @known update @known {{ tcp sport }} accept')}


@dataclass
class Path:
    name: str
    seen_at: str  # whose end the capture stands at: client or server

    def rules(self):
        met, act, _ = PATHS[self.name]
        *memory, learn, keep = REMEMBERS.get(self.name, ('', ''))
        return '\n'.join(('table ip path {', *memory, 'chain forward {', 'type filter hook forward priority 0;', learn, keep,
                          f'{met} counter {act}', '}', '}', ''))

    def testimony(self, ruleset):
        """From `nft list ruleset`: how many packets it did that to."""
        packets = re.search(r'counter packets (\d+) bytes', ruleset)
        return {'path': self.name, 'act': PATHS[self.name][1], 'packets': int(packets.group(1)) if packets else 0}


def kind(testimony):
    """The class of what the path says it did; None if it did nothing."""
    return PATHS[testimony['path']][2] if testimony and testimony['packets'] > 0 else None
