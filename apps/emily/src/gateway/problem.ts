/**
 * Why a request is not served, as its answer says it.
 *
 * The shape is the one that OpenAI's clients read (message, type, param, code), and what the house adds to
 * every error: what was expected, what came, and what to do. Every server of Emily answers errors so.
 */
export type Problem = {
  readonly status: number;
  readonly code: string;
  /** All of it in a sentence or two: stock clients show nothing else. */
  readonly message: string;
  readonly expected: string;
  readonly got: string;
  readonly cure: string;
  /** The request's member that is to blame, where one is. */
  readonly param?: string | null;
};

/** The most characters of what a client sent that an answer repeats. */
const SHOWN_MAX = 100;

export type ProblemBody = { readonly error: Omit<Problem, 'status'> & { readonly type: string; readonly param: string | null } };

export function problemBody({ status, code, message, expected, got, cure, param = null }: Problem): ProblemBody {
  return { error: { message, type: typeOf(status, code), param, code, expected, got, cure } };
}

/** What a client sent, short enough to be repeated to it. */
export const excerpt = (text: string): string => (text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX)}…`);

function typeOf(status: number, code: string): string {
  // What was bought is used up: clients tell that from asking too often by the type.
  if (code === 'insufficient_quota') return code;
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
