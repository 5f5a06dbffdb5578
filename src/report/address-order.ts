/**
 * A key whose text order is the order of addresses: IPv4 by number, then IPv6 by number and zone, then everything
 * else (names, nothing) by its text. Never throws; what is no address sorts as a name.
 */
export function addressKey(address: string | null): string {
  if (address === null) return '9';
  return ipv4Key(address) ?? ipv6Key(address) ?? `7${address}`;
}

function ipv4Key(address: string): string | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return null;
  const octets = address.split('.').map(Number);
  return `4${octets.map((octet) => octet.toString(16).padStart(3, '0')).join('')}`;
}

/** RFC 4291 §2.2 with the zone of RFC 4007 §11; a dotted tail counts as two groups. */
function ipv6Key(address: string): string | null {
  const [literal = '', zone = ''] = address.split('%');
  if (!/^[0-9a-f:.]+$/i.test(literal) || !literal.includes(':')) return null;
  const [before = '', after] = literal.split('::');
  const head = groupsOf(before);
  const tail = groupsOf(after ?? '');
  const missing = 8 - head.length - tail.length;
  if (missing < 0) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  return `6${groups.map((group) => group.padStart(4, '0')).join('')}%${zone}`;
}

function groupsOf(text: string): string[] {
  if (text === '') return [];
  return text
    .toLowerCase()
    .split(':')
    .flatMap((group) => (group.includes('.') ? dottedGroups(group) : [group]));
}

function dottedGroups(dotted: string): string[] {
  const octets = dotted.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  return [octets.slice(0, 2).join(''), octets.slice(2).join('')];
}
