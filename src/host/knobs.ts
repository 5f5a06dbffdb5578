import type { Service } from '../model/service.ts';

/** How one thing of a service is set: the part of `deploy:` that the host check reads. */
export interface Knob {
  readonly flags: readonly string[];
  readonly env: readonly string[];
  readonly off: readonly string[];
  readonly covers: string | null;
}

export interface Deployment {
  readonly images: readonly string[];
  /** Command lines and process names. */
  readonly commands: readonly string[];
  readonly bind: Knob;
  readonly port: Knob;
  readonly auth: readonly Knob[];
  readonly tls: readonly Knob[];
}

/** The schema of service files (rules/schema/service.schema.json) has been held against it already. */
export function deploymentOf({ deploy }: Service): Deployment {
  return {
    images: list(deploy.images),
    commands: [...list(deploy.commands), ...list(deploy.processes)],
    bind: knob(deploy.bind),
    port: knob(deploy.port),
    auth: [deploy.auth ?? []].flat().map(knob),
    tls: [deploy.tls ?? []].flat().map(knob),
  };
}

function knob(written: unknown): Knob {
  const { flags, env, off, covers } = (written ?? {}) as Record<string, unknown>;
  return { flags: list(flags), env: list(env), off: list(off), covers: typeof covers === 'string' ? covers : null };
}

function list(written: unknown): readonly string[] {
  return Array.isArray(written) ? written.map(String) : [];
}
