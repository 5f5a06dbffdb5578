// Stands in for the package `string-width` inside the program: yargs measures every line of every command's help on
// each start, and the package's segmentation and emoji tables cost more than the rest of yargs together.
import { widthOf } from '../src/report/terminal/width.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
const COLOUR = /\x1b\[[0-9;]*m/g;

export default function stringWidth(text: string): number {
  return widthOf(text.includes('\x1b') ? text.replace(COLOUR, '') : text);
}
