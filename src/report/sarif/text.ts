import type { Message } from 'sarif';
import { wellFormed } from '../cut.ts';

/**
 * A plain text message. Braces would be placeholders (SARIF 2.1.0 §3.11.5) and brackets embedded links (§3.11.6),
 * so what a peer said could otherwise become a link of its choice. Half a character would be lost by whoever reads it.
 */
export function message(text: string): Message {
  return { text: plain(text) };
}

function plain(text: string): string {
  return wellFormed(text)
    .replace(/[{}]/g, (brace) => brace + brace)
    .replace(/[\\[\]]/g, (character) => `\\${character}`);
}
