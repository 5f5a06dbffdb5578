#!/usr/bin/env node
import { main } from '../dist/app/main.js';
import { nodeSystem } from '../dist/app/node-system.js';

process.exitCode = await main(process.argv.slice(2), nodeSystem());
