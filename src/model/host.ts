import type { OverallState } from './auth.ts';
import type { Reach } from './target.ts';
import type { Known } from './tls.ts';

/*
 * This machine as `postern check` sees it: what listens, on which addresses, behind which firewall. Nothing here is an
 * opinion.
 */

export const PLATFORMS = ['linux', 'darwin', 'win32', 'other'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** An address of one of this machine's interfaces. */
export interface HostAddress {
  readonly interface: string;
  /** Canonical text, without brackets and zone. */
  readonly address: string;
  /** The network it is in, e.g. `192.168.1.0/24`. */
  readonly network: string;
  readonly reach: Extract<Reach, 'loopback' | 'container' | 'lan' | 'public' | 'unknown'>;
}

/** A process as its own table shows it. No argument or value that may be a secret is in here. */
export interface HostProcess {
  readonly pid: number;
  /** Short name as the kernel has it. */
  readonly name: string;
  /** Arguments, those that may be secrets masked; empty where it could not be read. */
  readonly argv: readonly string[];
  readonly user: string | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string | null;
  /** systemd unit, e.g. `ollama.service`. */
  readonly unit: string | null;
  /** First 12 digits of the container's id. */
  readonly container: string | null;
  /** Image of the container, e.g. `ollama/ollama:latest`, where Docker's files tell. */
  readonly image: string | null;
}

/** How a port comes to be open: a socket of this network namespace, or a rule that sends traffic into a container. */
export const LISTENER_KINDS = ['socket', 'docker-proxy', 'dnat'] as const;
export type ListenerKind = (typeof LISTENER_KINDS)[number];

export interface Listener {
  readonly kind: ListenerKind;
  /** As bound: `0.0.0.0`, `::`, `127.0.0.1`. */
  readonly address: string;
  readonly port: number;
  /** Whether a `::` socket takes IPv4 too; null for every other address. */
  readonly dualStack: Known<boolean> | null;
  /** Null where the process could not be read. */
  readonly process: HostProcess | null;
  /** Where the traffic goes: `172.17.0.2:11434`. */
  readonly forwardsTo: string | null;
  /** Service that the process was recognised as before anything was sent, with what gave it away. */
  readonly recognised: { readonly service: string; readonly name: string; readonly by: string } | null;
}

export const FIREWALL_VERDICTS = ['accept', 'drop', 'none', 'unknown'] as const;
/** What becomes of a new connection from the network: `none` means that there is no rule at all. */
export type FirewallVerdict = (typeof FIREWALL_VERDICTS)[number];

/** How the firewall treats new connections to a door. */
export interface FirewallAnswer extends Pick<Exposure, 'firewall' | 'pastFirewall'> {
  /** Addresses whose networks it keeps out. */
  readonly shut: readonly HostAddress[];
}

export interface FirewallState {
  /** What manages it, as far as it shows: `ufw`, `firewalld`, `nftables`, `iptables`. */
  readonly managers: readonly string[];
  /** False when rules are there, or may be, that could not be read. */
  readonly readable: boolean;
  readonly notes: readonly string[];
}

/** How one address of this host answered for one port. */
export interface AddressAnswer {
  readonly address: string;
  readonly reach: HostAddress['reach'];
  readonly state: 'answers' | 'refused' | 'silent' | 'not-asked';
  readonly auth: OverallState | null;
}

/** One door of this host and what becomes of it when the host is exposed. */
export interface Exposure {
  readonly port: number;
  readonly service: { readonly id: string; readonly name: string };
  /** Addresses that are bound, as the socket table has them. */
  readonly bound: readonly string[];
  readonly process: string | null;
  readonly unit: string | null;
  readonly container: string | null;
  /** The widest audience among the addresses it listens on. */
  readonly reach: Reach;
  readonly answers: readonly AddressAnswer[];
  readonly firewall: { readonly verdict: FirewallVerdict; readonly because: string };
  /** Docker sends it past the rules that ufw and firewalld keep for this host. */
  readonly pastFirewall: boolean;
  /** What to expect, in one sentence. */
  readonly forecast: string;
}

export const KEY_KINDS_ON_DISK = ['private-key', 'environment', 'secret'] as const;
export type KeyFileKind = (typeof KEY_KINDS_ON_DISK)[number];

/** A file that holds a key or credentials, as it lies on disk. Its content is in no field. */
export interface KeyFileFacts {
  readonly path: string;
  readonly kind: KeyFileKind;
  /** What names it: `nginx ssl_certificate_key`, `usual place`. */
  readonly namedBy: string;
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly groupReadable: boolean;
  readonly worldReadable: boolean;
  /** A group made for the purpose (`ssl-cert`, or one that holds service accounts only) must be able to read it. */
  readonly dedicatedGroup: boolean;
  /** Users and groups that an access list adds; null where it could not be read. */
  readonly accessList: readonly string[] | null;
  /** A directory above it that others may write to. */
  readonly writableDirectory: string | null;
  /** Every directory above it lets others through. */
  readonly reachable: Known<boolean>;
  readonly encrypted: Known<boolean>;
  readonly inGit: boolean;
  readonly inWebRoot: string | null;
  /** Null: no certificate goes with it. */
  readonly matchesCertificate: Known<boolean> | null;
}

export const READINESS = ['ready', 'not-ready', 'undecided'] as const;

export interface HostVerdict {
  readonly state: (typeof READINESS)[number];
  /** What to do, most urgent first. */
  readonly steps: readonly string[];
}

/** What is only in the result of `postern check`. */
export interface HostReport {
  readonly platform: Platform;
  readonly superuser: boolean;
  /** False with `--no-probe`. */
  readonly asked: boolean;
  readonly addresses: readonly HostAddress[];
  readonly listeners: readonly Listener[];
  readonly firewall: FirewallState;
  readonly exposures: readonly Exposure[];
  readonly keyFiles: readonly KeyFileFacts[];
  readonly verdict: HostVerdict;
}
