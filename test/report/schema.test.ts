import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ClassState, DoorState } from '../../src/model/auth.ts';
import { AUTH_SCHEMES, OPERATION_CLASSES, OVERALL_STATES } from '../../src/model/auth.ts';
import type { CorsPolicy, HostCheck, Speech } from '../../src/model/endpoint.ts';
import { CONDITIONS, CONFIDENCES, ORIGINS } from '../../src/model/endpoint.ts';
import type { Transport } from '../../src/model/exchange.ts';
import { EXPECTATION_CHECKS, EXPECTATION_VERDICTS } from '../../src/model/expectation.ts';
import { FINDING_STATES, type Location } from '../../src/model/finding.ts';
import { PORT_STATES, RESULT_SCHEMA } from '../../src/model/result.ts';
import { SEVERITIES, SUBJECT_KINDS } from '../../src/model/rule.ts';
import { REACHES } from '../../src/model/target.ts';
import { RESULT_NAMES, report, savedResult } from './documents.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const SCHEMA = JSON.parse(
  readFileSync(new URL('../../docs/schema/result-1.schema.json', import.meta.url), 'utf8'),
) as JsonObject;
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(SCHEMA);

/** Follows keys and indexes; fails where there is nothing. */
function at(value: Json | undefined, path: string): Json {
  const found = path
    .split('/')
    .filter((step) => step !== '')
    .reduce<Json | undefined>((here, step) => (here as JsonObject | undefined)?.[step], value);
  assert.notEqual(found, undefined, `nothing at ${path}`);
  return found as Json;
}

async function published(name: string): Promise<JsonObject> {
  return JSON.parse(await report(savedResult(name), 'json')) as JsonObject;
}

for (const name of RESULT_NAMES) {
  test(`the JSON of ${name} keeps to the schema`, async () => {
    const document = await published(name);

    const valid = validate(document);

    assert.ok(valid, JSON.stringify(validate.errors, null, 2));
  });
}

/** The fields that are promised, each with a document in which it stands. */
const PROMISED: readonly { readonly where: string; readonly fields: readonly string[] }[] = [
  {
    where: '',
    fields: ['schema', 'command', 'startedAt', 'finishedAt', 'endpoints', 'findings', 'coverage', 'troubles'],
  },
  {
    where: 'endpoints/0',
    fields: ['origin', 'host', 'address', 'port', 'url', 'transport', 'reach', 'service', 'auth'],
  },
  { where: 'endpoints/0/service', fields: ['id', 'name', 'version', 'confidence'] },
  { where: 'endpoints/0/auth', fields: ['overall', 'operations', 'schemes'] },
  { where: 'endpoints/0/auth/operations', fields: OPERATION_CLASSES },
  {
    where: 'findings/0',
    fields: ['rule', 'severity', 'confidence', 'message', 'location', 'related', 'evidence', 'fingerprint', 'state'],
  },
  { where: 'findings/0/location', fields: ['kind'] },
  { where: 'coverage/probes', fields: PORT_STATES },
];

for (const { where, fields } of PROMISED) {
  for (const field of fields) {
    test(`a document without ${where === '' ? field : `${where}/${field}`} is refused`, async () => {
      const document = await published('open-ollama');
      delete (at(document, where) as JsonObject)[field];

      const valid = validate(document);

      assert.equal(valid, false);
    });
  }
}

test('values outside the vocabulary are refused', async () => {
  const places = [
    'schema',
    'endpoints/0/transport',
    'endpoints/0/reach',
    'endpoints/0/service/confidence',
    'endpoints/0/auth/overall',
    'endpoints/0/auth/operations/admin',
    'findings/0/severity',
    'findings/0/state',
    'findings/0/location/kind',
  ];

  for (const place of places) {
    const document = await published('open-ollama');
    const parent = at(document, place.split('/').slice(0, -1).join('/')) as JsonObject;
    parent[place.split('/').at(-1) ?? ''] = 'something-else';

    assert.equal(validate(document), false, place);
  }
});

test('fields that are added later are welcome', async () => {
  const document = await published('open-ollama');
  for (const place of ['', 'endpoints/0', 'endpoints/0/auth', 'findings/0', 'coverage']) {
    (at(document, place) as JsonObject).laterField = { any: 'thing' };
  }

  const valid = validate(document);

  assert.ok(valid, JSON.stringify(validate.errors, null, 2));
});

/** Members of a union that has no list in the model; the compiler asks for the one that is missing. */
function membersOf<T extends string>(members: Record<T, true>): string[] {
  return Object.keys(members);
}

const VOCABULARY: Readonly<Record<string, readonly string[]>> = {
  severity: SEVERITIES,
  confidence: CONFIDENCES,
  origin: ORIGINS,
  reach: REACHES,
  overall: OVERALL_STATES,
  operationClass: OPERATION_CLASSES,
  scheme: AUTH_SCHEMES,
  condition: CONDITIONS,
  expectationCheck: EXPECTATION_CHECKS,
  expectationVerdict: EXPECTATION_VERDICTS,
  findingState: FINDING_STATES,
  subject: SUBJECT_KINDS,
  transport: membersOf<Transport>({ plaintext: true, tls: true }),
  speech: membersOf<Speech>({ http: true, other: true, silent: true }),
  doorState: membersOf<DoorState>({ open: true, guarded: true, unknown: true }),
  classState: membersOf<ClassState>({ open: true, guarded: true, unknown: true, absent: true }),
  cors: membersOf<CorsPolicy>({
    none: true,
    any: true,
    reflected: true,
    'reflected-with-credentials': true,
    unknown: true,
  }),
  hostCheck: membersOf<HostCheck>({ enforced: true, missing: true, unknown: true }),
};

for (const [name, members] of Object.entries(VOCABULARY)) {
  test(`the schema knows every ${name} and no other`, () => {
    const enumerated = at(SCHEMA, `$defs/${name}/enum`) as string[];

    assert.deepEqual([...enumerated].sort(), [...members].sort());
  });
}

test('every list of values in the schema is compared with the model', () => {
  const definitions = Object.entries(at(SCHEMA, '$defs') as JsonObject);

  const listed = definitions.filter(([, definition]) => 'enum' in (definition as JsonObject)).map(([name]) => name);

  assert.deepEqual(listed.sort(), Object.keys(VOCABULARY).sort());
});

test('the schema has the port states, operation classes, location kinds and version of the model', () => {
  const kinds = membersOf<Location['kind']>({ endpoint: true, file: true, host: true });

  const found = {
    states: Object.keys(at(SCHEMA, '$defs/tally/properties') as JsonObject),
    classes: Object.keys(at(SCHEMA, '$defs/auth/properties/operations/properties') as JsonObject),
    kinds: at(SCHEMA, '$defs/location/properties/kind/enum'),
    version: at(SCHEMA, 'properties/schema/const'),
  };

  assert.deepEqual(found, {
    states: [...PORT_STATES],
    classes: [...OPERATION_CLASSES],
    kinds,
    version: RESULT_SCHEMA,
  });
});

/** Every object of the documents has its keys described. */
test('no field is published without being described', async () => {
  for (const name of RESULT_NAMES) {
    const unknown = undescribed(await published(name), SCHEMA, '');

    assert.deepEqual(unknown, [], name);
  }
});

function undescribed(value: Json, schema: JsonObject, path: string): string[] {
  const described = resolve(schema);
  if (Array.isArray(value)) {
    return value.flatMap((item) => undescribed(item, (described.items ?? {}) as JsonObject, `${path}/*`));
  }
  if (value === null || typeof value !== 'object' || described.properties === undefined) return [];
  const properties = described.properties as JsonObject;
  return Object.entries(value).flatMap(([key, child]) =>
    key in properties ? undescribed(child, properties[key] as JsonObject, `${path}/${key}`) : [`${path}/${key}`],
  );
}

function resolve(schema: JsonObject): JsonObject {
  const reference = schema.$ref ?? ((schema.oneOf as Json[] | undefined)?.[0] as JsonObject | undefined)?.$ref;
  return typeof reference === 'string' ? (at(SCHEMA, reference.slice(2)) as JsonObject) : schema;
}
