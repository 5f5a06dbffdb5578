import { pathToFileURL } from 'node:url';
import { compiled } from '../support/compiled.ts';
import { sweepConformance } from './sweep-conformance.ts';
import { createEngine } from './sweep-engine-portable.ts';

sweepConformance({
  name: 'portable sweep',
  create: createEngine,
  module: pathToFileURL(compiled('system/sweep-engine-portable')),
});
