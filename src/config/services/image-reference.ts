/** A container image as files name it: `[registry/]path[:tag][@digest]`. */
export interface ImageReference {
  /** Lower case; Docker Hub's and mirrors' prefixes taken off. */
  readonly repository: string;
  /** Null: none was given, or a digest stands in its place. */
  readonly tag: string | null;
  readonly digest: boolean;
}

/** Prefixes that do not change what is pulled: Docker Hub by its names, and pull-through mirrors of whole registries. */
const SAME_CONTENT =
  /^(?:docker:\/\/|(?:index\.|registry-1\.|registry\.hub\.)?docker\.io\/|mirror\.gcr\.io\/|public\.ecr\.aws\/docker\/|m\.daocloud\.io\/(?:docker\.io\/)?|docker\.m\.daocloud\.io\/|(?:dockerproxy\.(?:com|net)|hub\.rat\.dev|docker\.1ms\.run|docker\.1panel\.live)\/|library\/)/;
/** Registries that carry another's repositories below the same path. */
const MIRROR_HOSTS: readonly (readonly [RegExp, string])[] = [
  [/^ghcr\.(?:m\.daocloud\.io|nju\.edu\.cn|chenby\.cn|1ms\.run)\//, 'ghcr.io/'],
  [/^quay\.(?:m\.daocloud\.io|nju\.edu\.cn)\//, 'quay.io/'],
];

/** Null where the text is no image reference (a placeholder, a path). */
export function parseImageReference(text: string): ImageReference | null {
  const trimmed = text.trim().toLowerCase();
  const found = /^([a-z0-9][a-z0-9._\-/:]*?)(?::([\w][\w.-]*))?(@sha256:[0-9a-f]+)?$/.exec(
    trimmed.replace(/^docker:\/\//, ''),
  );
  if (!found) return null;
  const [, path = '', tag = null, digest] = found;
  return { repository: plainRepository(path), tag: tag ?? null, digest: digest !== undefined };
}

/**
 * What is certain of a reference in which something is not resolved: `vllm/vllm-openai:${TAG}`, `${REGISTRY}/redis:7`.
 * Null where the repository itself is not known.
 */
export function parsePartialReference(text: string): ImageReference | null {
  const withoutRegistry = text.trim().replace(/^\$\{[^}]*\}\/?|^\$\w+\//, '');
  const [certain = ''] = withoutRegistry.split('$');
  const isWhole = certain === withoutRegistry;
  // The repository ends at the colon; what stands before the gap in a tag still counts.
  if (!isWhole && !/:[^/]*$/.test(certain)) return null;
  const reference = parseImageReference(certain.replace(/[:@]$/, ''));
  return reference && (isWhole ? reference : { ...reference, digest: true });
}

/** The repository as patterns are written: without what only says where it is pulled from. */
export function plainRepository(path: string): string {
  let rest = path.toLowerCase();
  for (const [mirror, origin] of MIRROR_HOSTS) rest = rest.replace(mirror, origin);
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replace(SAME_CONTENT, '');
  }
  return rest;
}

/** Built on the machine, or in a registry that is none. Without a path it is of nobody: Docker's own images are known ones. */
export function isLocalImage(text: string): boolean {
  return /^(?:localhost|local)\//.test(text) || (!text.includes('/') && !BASE.test(text));
}

/** Of Docker Hub's own images those that others are made from: by themselves they run an interpreter or a shell. */
const BASE =
  /^(?:python|node|alpine|ubuntu|debian|busybox|bash|golang|rust|openjdk|eclipse-temurin|ruby|php|perl|fedora|centos|almalinux|rockylinux|amazonlinux|archlinux|buildpack-deps|pypy)(?:[:@]|$)/;

/** `*` stands for any run of characters but `/`. */
export function globMatches(pattern: string, text: string): boolean {
  const pieces = pattern.split('*');
  if (pieces.length === 1) return pattern === text;
  const [first = '', ...others] = pieces;
  const last = others.pop() ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const piece of others) {
    const next = text.indexOf(piece, at);
    if (next === -1 || next + piece.length > end || text.slice(at, next).includes('/')) return false;
    at = next + piece.length;
  }
  return !text.slice(at, end).includes('/');
}

/** The last part of the path: what people call it. */
export function imageName(reference: ImageReference): string {
  return reference.repository.split('/').at(-1) ?? '';
}

/** A release a tag names: `v0.11.0-cuda` → `0.11.0`; null for `latest`, `main` and their kin. */
export function releaseOf(tag: string | null): string | null {
  return /^v?(\d+\.\d+(?:\.\d+)?)/.exec(tag ?? '')?.[1] ?? null;
}
