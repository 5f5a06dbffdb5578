/** Who is who on this host, from /etc/passwd and /etc/group. */
export interface Accounts {
  user(uid: number): string;
  group(gid: number): string;
  /** People, not services, who are in a group, the owner left out. */
  peopleIn(gid: number, owner: number): readonly string[];
  isPerson(name: string): boolean;
}

/** Accounts below belong to the system. Source: login.defs(5), SYS_UID_MAX; Debian and Fedora alike. */
const FIRST_PERSON = 1000;
/** `nobody`, which is no person. */
const NOBODY = 65_534;

export function accountsOf(passwd: string, group: string): Accounts {
  const users = rows(passwd).map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  const groups = rows(group).map(([name = '', , gid, members = '']) => ({
    name,
    gid: Number(gid),
    members: members.split(',').filter((member) => member !== ''),
  }));
  const isPerson = (name: string): boolean => {
    const uid = users.find((user) => user.name === name)?.uid;
    // Whoever is not in the table comes from a directory service, and may be anybody.
    return uid === undefined || (uid >= FIRST_PERSON && uid !== NOBODY);
  };
  return {
    user: (uid) => users.find((user) => user.uid === uid)?.name ?? String(uid),
    group: (gid) => groups.find((one) => one.gid === gid)?.name ?? String(gid),
    isPerson,
    peopleIn(gid, owner) {
      const primary = users.filter((user) => user.gid === gid && user.uid !== owner).map(({ name }) => name);
      const named = groups.filter((one) => one.gid === gid).flatMap(({ members }) => members);
      const ownName = users.find(({ uid }) => uid === owner)?.name;
      return [...new Set([...primary, ...named])].filter((name) => name !== ownName && isPerson(name)).sort();
    },
  };
}

function rows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.includes(':') && !line.startsWith('#'))
    .map((line) => line.split(':'));
}
