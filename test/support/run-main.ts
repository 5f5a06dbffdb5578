import { main } from '../../src/cli/main.ts';
import { nodeSystem } from '../../src/system/node-system.ts';

/** The program from its sources, module by module: for tests of what it loads. */
process.exitCode = await main(process.argv.slice(2), nodeSystem());
