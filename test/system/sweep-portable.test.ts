import { sweepConformance } from './sweep-conformance.ts';
import { createEngine } from './sweep-engine-portable.ts';

sweepConformance({
  name: 'portable sweep',
  create: createEngine,
  module: new URL('./sweep-engine-portable.ts', import.meta.url),
});
