// What bin/postern.js runs, in one file.
export { nodeSystem } from '../system/node-system.ts';
export { main } from './main.ts';
