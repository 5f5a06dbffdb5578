import { NO_DECLARATIONS } from '../../deployment/declarations.ts';
import type { ConfigFormat } from '../format.ts';

/** Keys and certificates declare nothing; that they are there is looked for in every text. */
export const pem: ConfigFormat = {
  async read() {
    return NO_DECLARATIONS;
  },
};
