// Loads parts of the program from one file, as scripts, each with the code that V8 made of it when it was built
// (bin/build-code.ts, which puts this beside them). V8 itself refuses what another version made, or other flags.
const { fstatSync, openSync, readFileSync, readSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { Script } = require('node:vm');

/** By path below dist/: where it begins, octets of its text, of its code, and how the text is written. */
const index = JSON.parse(readFileSync(join(__dirname, 'index.json'), 'utf8'));
const parts = openSync(join(__dirname, 'parts'), 'r');
const [begin, ofText, ofCode] = Object.values(index).at(-1);
if (fstatSync(parts).size !== begin + ofText + ofCode) throw new Error('parts are not of this index');
/** Where the same parts are modules, and where data is. */
const dist = pathToFileURL(join(__dirname, '..', '..')).href;
const outside = createRequire(__filename);
const modules = new Map();
/** By path: what was loaded. */
const scripts = new Map();

/** @param {string} path below dist/ */
function load(path) {
  const known = modules.get(path);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  modules.set(path, module);
  const [begin, ofText, ofCode, encoding] = index[path];
  const octets = Buffer.allocUnsafeSlow(ofText + ofCode);
  readSync(parts, octets, 0, octets.length, begin);
  const script = new Script(octets.toString(encoding, 0, ofText), {
    filename: join(__dirname, path),
    lineOffset: -1,
    cachedData: ofCode > 0 ? octets.subarray(ofText) : undefined,
  });
  scripts.set(path, script);
  const require = (name) => (name.startsWith('.') ? load(below(name, path)) : fromUrl(name));
  script.runInThisContext()(module.exports, require, module, `${dist}/${path}`);
  return module.exports;
}

/** Every part stands in a folder of dist/: `./x.js`, `../app/x.js`. */
function below(name, from) {
  return name.startsWith('../') ? name.slice(3) : from.slice(0, from.indexOf('/')) + name.slice(1);
}

function fromUrl(name) {
  if (!name.startsWith('file:')) return outside(name);
  if (!name.endsWith('.json')) return load(name.slice(dist.length + 1));
  return JSON.parse(readFileSync(new URL(name), 'utf8'));
}

module.exports = { load, scripts };
