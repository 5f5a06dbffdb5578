import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { Host, LocalNetwork } from './ports.ts';

export const nodeHost: Host = {
  networks() {
    return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
      (addresses ?? []).flatMap((address): LocalNetwork[] =>
        address.cidr ? [{ interface: name, cidr: address.cidr, internal: address.internal }] : [],
      ),
    );
  },
  descriptorLimit() {
    try {
      const line = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
      return line?.[1] && line[1] !== 'unlimited' ? Number(line[1]) : null;
    } catch {
      return null;
    }
  },
  workingDirectory: () => process.cwd(),
  userId: () => process.getuid?.() ?? null,
  // Loaded when it is used; the global `crypto` would bring all of Web Cryptography.
  random: () => process.getBuiltinModule('node:crypto').randomInt(2 ** 32),
};
