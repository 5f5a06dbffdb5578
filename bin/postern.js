#!/usr/bin/env node
const { existsSync } = process.getBuiltinModule('node:fs');
const { createRequire } = process.getBuiltinModule('node:module');

// Where it was built, the program is there as code of this very V8, too (bin/build-code.ts).
const loader = new URL(`../dist/code/${process.versions.v8}-${process.arch}/loader.cjs`, import.meta.url);
const load = existsSync(loader) ? createRequire(loader)('./loader.cjs').load : (path) => import(`../dist/${path}`);
const { main, nodeSystem } = await load('app/program.js');

process.exitCode = await main(process.argv.slice(2), nodeSystem());
