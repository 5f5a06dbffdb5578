#!/usr/bin/env node
import { main, nodeSystem } from '../dist/app/program.js';

process.exitCode = await main(process.argv.slice(2), nodeSystem());
