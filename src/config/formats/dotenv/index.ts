import { type Declarations, NO_DECLARATIONS } from '../../deployment/declarations.ts';
import type { ConfigFormat } from '../format.ts';
import { parseDotenv } from './parse.ts';

export const dotenv: ConfigFormat = {
  async read(source) {
    const troubles: Declarations['troubles'][number][] = [];
    const variables = parseDotenv(source, undefined, (at) => {
      const [span, what] = [source.span(at, at), 'a quote that nothing closes'];
      if (troubles.length === 0) troubles.push({ span, what });
    });
    return { ...NO_DECLARATIONS, variables, troubles };
  },
};
