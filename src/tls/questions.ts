import type { Answer, AnswerFailure } from './answer.ts';
import type { Inquiry } from './inquiry.ts';
import type { Ssl2ServerHello } from './wire/ssl2.ts';

export type Ssl2Answer =
  | { readonly kind: 'hello'; readonly hello: Ssl2ServerHello }
  | { readonly kind: 'no' }
  | { readonly kind: 'failed'; readonly reason: AnswerFailure };

/** The two kinds of question that can be put to a port, each one connection. */
export interface Questions {
  ask(inquiry: Inquiry): Promise<Answer>;
  askSsl2(kinds: readonly number[]): Promise<Ssl2Answer>;
}
