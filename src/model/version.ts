/** Equal to `version` in package.json; a test holds them together. */
export const PROGRAM_VERSION = '0.1.0';
