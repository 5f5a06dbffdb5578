import type { KeyFileFact } from '../../model/declared.ts';
import type { Edit } from '../../model/edit.ts';
import type { DeclaredMode } from '../deployment/declarations.ts';
import { baseName, directoryOf, isExample } from '../source/paths.ts';
import type { SourceText } from '../source/source-text.ts';
import type { Places } from './place.ts';
import { privateKeysIn } from './private-keys.ts';

const PRIVATE =
  /(?:\.(?:key|p8|pk8|p12|pfx|jks|ppk)|(?:^|[/._-])(?:priv|private|privkey|server|client|tls|ca|root)?[._-]?key\.pem|privkey\d*\.pem|(?:^|[/_])id_(?:rsa|dsa|ecdsa|ed25519)|_(?:rsa|ed25519)|ssh_host_\w+_key)$/i;
const SECRET =
  /(?:^|\/)(?:\.env(?:\.(?!example|sample|template|dist)[\w.-]+)?|[\w.-]*(?:token|secret|credential|password|api[_-]?key)s?(?:\.(?:txt|json|ya?ml|env))?|\.netrc|\.pgpass|\.my\.cnf|\.htpasswd)$/i;
/** Public by nature, whatever they are called. */
const PUBLIC = /(?:keyrings?\/|\.(?:pub|crt|cer|csr|asc|gpg|sh|py|md|html?)$|fullchain|public)/i;

/** Modes of files that hold a key or a secret. */
export function keyFileFacts(modes: readonly DeclaredMode[], places: Places): readonly KeyFileFact[] {
  return modes.flatMap((mode): readonly KeyFileFact[] => {
    const path = mode.path.text;
    const holds = contentOf(mode);
    if (holds === null || mode.bits === null) return [];
    const sure = mode.mode.kind !== 'unresolved';
    const octal = `0${mode.bits.toString(8).padStart(3, '0')}`;
    return [
      {
        kind: 'keyfile',
        path,
        holds,
        mode: octal,
        worldReadable: (mode.bits & 0o004) !== 0,
        groupReadable: (mode.bits & 0o040) !== 0,
        committed: false,
        beside: '',
        grant: sure ? `gets mode ${octal}` : `is written without a mode of its own, ${octal} by the umask`,
        sure,
        why: mode.mode.kind === 'unresolved' ? `${mode.mode.why}.` : '',
        location: places.at(mode.span),
        chain: [],
        identity: ['mode', mode.span.file, path].join('\n'),
        confidence:
          mode.path.kind === 'unresolved' || isExample(mode.span.file) ? 'low' : mode.holds && sure ? 'high' : 'medium',
        edits: narrowed(mode, mode.bits),
        advice: '',
        example: isExample(mode.span.file),
      },
    ];
  });
}

/** The key of an authority where a server's key is: whoever gets into the server signs certificates for any name. */
export function authorityKeys(modes: readonly DeclaredMode[], places: Places): readonly KeyFileFact[] {
  const keys = modes.filter((mode) => contentOf(mode) === 'private-key');
  return keys
    .filter(({ path }) => AUTHORITY.test(baseName(path.text)))
    .flatMap((authority): readonly KeyFileFact[] => {
      const server = keys.find(
        ({ path, span }) =>
          span.file === authority.span.file &&
          !AUTHORITY.test(baseName(path.text)) &&
          directoryOf(path.text) === directoryOf(authority.path.text),
      );
      if (!server) return [];
      return [
        {
          kind: 'keyfile',
          path: authority.path.text,
          holds: 'private-key',
          beside: server.path.text,
          mode: null,
          worldReadable: false,
          groupReadable: false,
          committed: false,
          grant: '',
          sure: true,
          why: '',
          location: places.at(authority.path.span),
          chain: places.chain([{ span: server.path.span, text: 'the key of the server' }], authority.path.span),
          identity: ['authority-key', authority.span.file, authority.path.text].join('\n'),
          confidence: 'medium',
          edits: [],
          advice: '',
          example: isExample(authority.span.file),
        },
      ];
    });
}

const AUTHORITY = /^(?:.*[_.-])?(?:root)?ca(?:[_.-]?key)?\.(?:key|pem)$/i;

/** What is handed out as a secret may be a key by its name. */
function contentOf({ holds, path }: DeclaredMode): 'private-key' | 'secret' | null {
  if (holds === 'certificate') return null;
  return holds === 'private-key' ? holds : (byName(path.text) ?? holds);
}

function byName(path: string): 'private-key' | 'secret' | null {
  if (PUBLIC.test(path)) return null;
  if (PRIVATE.test(path)) return 'private-key';
  return SECRET.test(path) ? 'secret' : null;
}

/** Taking the world's bits away changes nothing for the owner and the group; 0600 may, unless a group was named for it. */
function narrowed({ rewrite, mode, group }: DeclaredMode, bits: number): readonly Edit[] {
  if (!rewrite || (bits & 0o007) === 0) return [];
  const without: Edit = {
    span: mode.span,
    insert: rewrite(bits & 0o770 & ~0o110),
    safety: 'safe',
    title: 'Take it from the world',
  };
  if (group !== null || bits === (bits & 0o707)) return [without];
  return [
    without,
    { span: mode.span, insert: rewrite(bits & 0o700 & ~0o100), safety: 'unsafe', title: 'Leave it to its owner' },
  ];
}

/** Private keys that stand in the files themselves. */
export function committedKeys(sources: readonly SourceText[], places: Places): readonly KeyFileFact[] {
  return sources.flatMap((source) =>
    privateKeysIn(source).map(({ span, encrypted }): KeyFileFact => {
      const example =
        isExample(source.file) || /(^|\/)(tests?|__tests__|testdata|fixtures?|examples?|spec|e2e)\//i.test(source.file);
      return {
        kind: 'keyfile',
        path: baseName(source.file),
        holds: 'private-key',
        mode: null,
        worldReadable: false,
        groupReadable: false,
        committed: true,
        beside: '',
        grant: 'stands in the tree',
        sure: true,
        why: encrypted ? 'It is encrypted, which holds as long as its password does.' : 'It stands there in the clear.',
        location: places.at(span),
        chain: [],
        identity: ['private-key', source.file].join('\n'),
        confidence: encrypted ? 'medium' : 'high',
        edits: [],
        advice: '',
        example,
      };
    }),
  );
}
