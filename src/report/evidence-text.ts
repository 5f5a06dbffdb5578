import type { Evidence } from '../model/endpoint.ts';

/** `GET /api/tags → 200 JSON with models`, as it came: each medium makes it harmless in its own way. */
export function evidenceText({ request, status, shows }: Evidence): string {
  return `${request} → ${status ?? 'no answer'}${shows === '' || status === null ? '' : ` ${shows}`}`;
}
