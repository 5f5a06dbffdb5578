import type { Reporter } from './formats.ts';
import { jsonText } from './json-text.ts';
import { resultJson } from './to-contract.ts';

/** The public result document (docs/schema/result-1.schema.json), indented by two spaces. */
export const reportJson: Reporter = ({ document }) => `${jsonText(resultJson(document), 2)}\n`;
