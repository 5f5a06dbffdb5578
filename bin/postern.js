#!/usr/bin/env node
import { main } from '../dist/cli/main.js';
import { nodeSystem } from '../dist/system/node-system.js';

process.exitCode = await main(process.argv.slice(2), nodeSystem());
