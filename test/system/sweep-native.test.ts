import { it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { compiled } from '../support/compiled.ts';
import { sweepConformance } from './sweep-conformance.ts';

const here = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
if (here) {
  const module = pathToFileURL(compiled('system/sweep-engine-native'));
  const { createEngine } = await import(module.href);
  sweepConformance({ name: 'native sweep', create: createEngine, module });
} else {
  it('native sweep', { skip: 'for Linux on x64 and arm64' }, () => {});
}
