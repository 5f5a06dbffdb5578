#!/usr/bin/env node
const { existsSync } = process.getBuiltinModule('node:fs');
const { createRequire } = process.getBuiltinModule('node:module');

const { main, nodeSystem } = kept('app/program.js') ?? (await import('../dist/app/program.js'));

process.exitCode = await main(process.argv.slice(2), nodeSystem());

/** Where it was built, the program is there as code of this very V8, too (bin/build-code.ts); not whole, it is as if not there. */
function kept(part) {
  const loader = new URL(`../dist/code/${process.versions.v8}-${process.arch}/loader.cjs`, import.meta.url);
  try {
    return existsSync(loader) ? createRequire(loader)('./loader.cjs').load(part) : undefined;
  } catch {
    return undefined;
  }
}
