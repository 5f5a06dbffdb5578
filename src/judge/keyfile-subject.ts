import type { KeyFileFacts } from '../model/host.ts';
import type { JudgedSubject } from './judge-subjects.ts';
import { known } from './tls-subject.ts';

/** The words of `weak-key-permissions`, which judges declared modes too. */
const HOLDS = {
  'private-key': 'private-key',
  environment: 'secret',
  secret: 'secret',
} as const satisfies Record<KeyFileFacts['kind'], string>;

const WHAT = {
  'private-key': 'Private key',
  environment: 'Environment file',
  secret: 'Secret',
} as const satisfies Record<KeyFileFacts['kind'], string>;

/** A key file on disk as rules see it. @param readers people who may read it through its group or its access list */
export function judgedKeyFile(facts: KeyFileFacts, readers: readonly string[]): JudgedSubject {
  const { path, kind, mode, owner, group, worldReadable, groupReadable, dedicatedGroup, reachable } = facts;
  const { encrypted, inGit, inWebRoot, writableDirectory } = facts;
  return {
    kind: 'keyfile',
    subject: known({
      path,
      holds: HOLDS[kind],
      what: WHAT[kind],
      origin: 'local',
      committed: false,
      why: `It is named by ${facts.namedBy}; its owner is ${owner}:${group}.`,
      mode,
      owner,
      group,
      worldReadable: openTo(worldReadable, reachable),
      groupReadable,
      dedicatedGroup,
      readers: readers.length > 0 ? readers.join(', ') : `the group ${group}`,
      encrypted,
      inGit,
      inWebRoot: inWebRoot !== null,
      webRoot: inWebRoot,
      replaceable: writableDirectory !== null,
      replacedThrough: writableDirectory === null ? undefined : `others may write to ${writableDirectory}`,
    }),
    location: { kind: 'file', file: path },
    identity: path,
    confidence: 'high',
    evidence: [],
    related: [],
    examined: true,
  };
}

/** A mode that lets everybody read means nothing where nobody gets through the directories above. */
function openTo(readable: boolean, reachable: KeyFileFacts['reachable']): boolean | 'unknown' {
  if (!readable || reachable === false) return false;
  return reachable === 'unknown' ? 'unknown' : true;
}
