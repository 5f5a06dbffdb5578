import { firstLeads } from '../catalogue/check.ts';
import type { DeclaredRequest } from '../model/exchange.ts';
import type { Catalogue } from '../model/service.ts';
import type { Answers } from './answers.ts';
import { isRefusal } from './auth.ts';
import { intermediariesOf } from './intermediaries.ts';
import { isNamed, search } from './search.ts';
import type { Session } from './session.ts';

/*
 * Proxies publish services below a path. Paths the user gave come first; those the service files name are tried where
 * the root stays unknown: early behind a proxy that shows itself, otherwise with what is left of the budget.
 */

/** Requests after which a proxy's usual paths are tried before more is asked at its root. */
const ROOT_FIRST = 7;

/** Asks until a service is settled or nothing promising is left; returns the session at the path where it was found. */
export async function findService(
  root: Session,
  port: number,
  catalogue: Catalogue,
  basePaths: readonly string[],
): Promise<Session> {
  const alike: Session[] = [];
  for (const [index, basePath] of basePaths.entries()) {
    const session = root.below(basePath);
    await session.askControl();
    // Where a random path below it is answered like one at the root, something of its own is unlikely: the root first.
    if (answersAlike(session, root)) alike.push(session);
    else if (await isFoundAt(session, port, catalogue, basePaths.length - index)) return session;
  }
  if (alike.length > 0 && (await isFoundAt(root, port, catalogue, alike.length))) return root;
  for (const [index, session] of alike.entries())
    if (await isFoundAt(session, port, catalogue, alike.length - index)) return session;
  return findFromRoot(root, port, catalogue);
}

/** Gives one place its share of the budget while `others` wait, and all that is left once something is named there. */
async function isFoundAt(session: Session, port: number, catalogue: Catalogue, others: number): Promise<boolean> {
  await search(session, port, catalogue, session.spent + Math.floor(session.left / (others + 1)));
  if (!isNamed(session.answers)) return false;
  await search(session, port, catalogue);
  return true;
}

/** True when both answer a random path with the same thing, but for the path itself. */
function answersAlike(session: Session, root: Session): boolean {
  const [here, there] = [session.answers.subject(null), root.answers.subject(null)];
  return here?.status === there?.status && here?.body.replaceAll(session.basePath, '') === there?.body;
}

async function findFromRoot(root: Session, port: number, catalogue: Catalogue): Promise<Session> {
  await search(root, port, catalogue, ROOT_FIRST);
  if (isNamed(root.answers) || everythingRefused(root.answers, catalogue)) {
    await search(root, port, catalogue);
    return root;
  }
  const proxied = intermediariesOf(catalogue, root.answers).length > 0;
  if (!proxied) await search(root, port, catalogue);
  const mounted = isNamed(root.answers) ? null : await findMounted(root, port, catalogue);
  if (mounted) return mounted;
  if (proxied) await search(root, port, catalogue);
  return root;
}

async function findMounted(root: Session, port: number, catalogue: Catalogue): Promise<Session | null> {
  const mounts = [...new Set(catalogue.services.flatMap((service) => service.mounts))];
  for (const mount of mounts) {
    const session = root.below(mount);
    for (const service of catalogue.services.filter((candidate) => candidate.mounts.includes(mount))) {
      for (const lead of firstLeads(service)) await askUnblocked(lead, session, root, catalogue);
    }
    if (!isNamed(session.answers)) continue;
    // Only now is it worth asking whether everything below this path is answered alike.
    await session.askControl();
    await search(session, port, catalogue);
    if (isNamed(session.answers)) return session;
  }
  return null;
}

/** Rules out whoever forbids the request before it is sent. */
async function askUnblocked(
  lead: DeclaredRequest,
  session: Session,
  root: Session,
  catalogue: Catalogue,
): Promise<void> {
  for (const id of session.forbidding(lead)) {
    const guard = catalogue.services.find((service) => service.id === id);
    for (const first of guard ? firstLeads(guard) : []) {
      await root.ask(first);
      if (session.forbidding(lead).includes(id)) await session.ask(first);
    }
  }
  await session.ask(lead);
}

function everythingRefused(answers: Answers, catalogue: Catalogue): boolean {
  const subjects = [null, ...answers.all.map(({ request }) => request)].flatMap(
    (request) => answers.subject(request) ?? [],
  );
  return subjects.length > 2 && subjects.every((subject) => isRefusal(catalogue, subject));
}
