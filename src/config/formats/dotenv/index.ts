import { NO_DECLARATIONS } from '../../deployment/declarations.ts';
import type { ConfigFormat } from '../format.ts';
import { parseDotenv } from './parse.ts';

export const dotenv: ConfigFormat = {
  async read(source) {
    return { ...NO_DECLARATIONS, variables: parseDotenv(source) };
  },
};
