import type { Span } from '../../../model/span.ts';
import type { Variable } from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import type { ExpandedText } from '../../source/expanded-text.ts';
import { changedDirectory } from '../../source/paths.ts';
import { assignments, execForm, plainWords } from './docker-words.ts';
import type { Instruction } from './instructions.ts';

/** A command as the image keeps it. */
export type StageCommand =
  | { readonly form: 'exec'; readonly words: readonly Value[] }
  | { readonly form: 'shell'; readonly line: ExpandedText };

/** One `FROM` with what the image has in the end. */
export interface Stage {
  readonly name: string;
  readonly span: Span;
  /** The image outside of this file that it goes back to. */
  readonly image: Value;
  environment: ReadonlyMap<string, Variable>;
  entrypoint: StageCommand | null;
  command: StageCommand | null;
  user: Value | null;
  /** `WORKDIR`; empty: that of the image it builds on. */
  directory: string;
  /** Instructions that run or copy something, for what they do to files. */
  readonly steps: { readonly instruction: Instruction; readonly environment: ReadonlyMap<string, Variable> }[];
}

export function stagesOf(all: readonly Instruction[]): Stage[] {
  const stages: Stage[] = [];
  const globals = new Map<string, Value>();
  let build = new Map<string, Value>();
  for (const instruction of all) {
    const { keyword, body } = instruction;
    const stage = stages.at(-1);
    const lookup = (name: string): Value | undefined => stage?.environment.get(name)?.value ?? build.get(name);
    if (keyword === 'FROM') {
      const next = from(body, stages, globals);
      if (!next) continue;
      stages.push(next);
      build = new Map();
    } else if (keyword === 'ARG') {
      for (const { name, value } of assignments(body, lookup)) {
        const chosen = value ? fallback(value) : globals.get(name);
        if (chosen) (stage ? build : globals).set(name, chosen);
      }
    } else if (stage) {
      apply(stage, instruction, lookup);
    }
  }
  return stages;
}

function apply(stage: Stage, instruction: Instruction, lookup: (name: string) => Value | undefined): void {
  const { keyword, body, later } = instruction;
  if (keyword === 'ENV') {
    const environment = new Map(stage.environment);
    for (const { name, value } of assignments(body, lookup)) if (value) environment.set(name, { name, value });
    stage.environment = environment;
  } else if (keyword === 'ENTRYPOINT' && !later) {
    stage.entrypoint = commandOf(body);
    // An entrypoint of its own forgets the command of the image it builds on.
    stage.command = null;
  } else if (keyword === 'CMD' && !later) stage.command = commandOf(body);
  else if (keyword === 'USER') stage.user = plainWords(body, lookup)[0] ?? null;
  else if (keyword === 'WORKDIR')
    stage.directory = changedDirectory(stage.directory, plainWords(body, lookup)[0]?.text);
  else stage.steps.push({ instruction, environment: stage.environment });
}

function from(body: ExpandedText, stages: readonly Stage[], globals: ReadonlyMap<string, Value>): Stage | null {
  const [image, as, name] = plainWords(body, (variable) => globals.get(variable));
  if (!image) return null;
  const base = stages.findLast((stage) => stage.name === image.text.toLowerCase());
  const label = as && /^as$/i.test(as.text) && name ? name.text.toLowerCase() : String(stages.length);
  return {
    name: label,
    span: image.span,
    image: base?.image ?? image,
    environment: base?.environment ?? new Map(),
    entrypoint: base?.entrypoint ?? null,
    command: base?.command ?? null,
    user: base?.user ?? null,
    directory: base?.directory ?? '',
    steps: [],
  };
}

function commandOf(body: ExpandedText): StageCommand {
  const words = execForm(body);
  return words ? { form: 'exec', words } : { form: 'shell', line: body };
}

/** `--build-arg` may say otherwise. */
function fallback(value: Value): Value {
  return value.kind === 'explicit' ? { ...value, kind: 'default' } : value;
}
