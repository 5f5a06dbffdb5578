const CELLS = 1 << 18;
const ANSWERED = 1;
const MUTE = 2;

/** What is remembered of hosts, so that second chances go where they are worth their wait. */
export interface HostMemory {
  /** The host accepted or refused a connection. */
  noteAnswer(address: string): void;
  /** The host let a probe and its second chance pass in silence, or a router said that it is not there. */
  noteSilence(address: string): void;
  hasAnswered(address: string): boolean;
  isMute(address: string): boolean;
}

/**
 * A table of fixed size (1 MiB), indexed by a hash of the address: a newer host takes the cell of an older one.
 * What is forgotten only costs one superfluous second chance.
 */
export function createHostMemory(): HostMemory {
  const cells = new Uint32Array(CELLS);

  function note(address: string, what: number): void {
    const hash = hashOf(address);
    cells[hash % CELLS] = (hash & ~3) | what;
  }

  function recall(address: string): number {
    const hash = hashOf(address);
    const cell = cells[hash % CELLS] ?? 0;
    return (cell ^ hash) >>> 2 === 0 ? cell & 3 : 0;
  }

  return {
    noteAnswer: (address) => note(address, ANSWERED),
    noteSilence: (address) => {
      if (recall(address) !== ANSWERED) note(address, MUTE);
    },
    hasAnswered: (address) => recall(address) === ANSWERED,
    isMute: (address) => recall(address) === MUTE,
  };
}

/** FNV-1a, 32 bits (RFC 9923), with the final mix of MurmurHash3 so that the low bits depend on all of the text. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
