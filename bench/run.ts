/** `npm run bench -- <name>`: measures this program against its peers and writes `bench/results/<name>.json`. */
const BENCHES: Readonly<Record<string, () => Promise<{ bench(): Promise<void> }>>> = {
  lint: () => import('./lint.ts'),
  endpoints: () => import('./endpoints.ts'),
  html: () => import('./html.ts'),
  start: () => import('./start.ts'),
  sweep: () => import('./sweep.ts'),
  silent: () => import('./silent.ts'),
  simulate: () => import('./simulate.ts'),
  tls: () => import('./tls.ts'),
};

const name = process.argv[2] ?? '';
const load = BENCHES[name];
if (load === undefined) {
  console.error(`Unknown benchmark "${name}"; expected one of: ${Object.keys(BENCHES).join(', ')}`);
  process.exitCode = 2;
} else {
  const { bench } = await load();
  await bench();
}
