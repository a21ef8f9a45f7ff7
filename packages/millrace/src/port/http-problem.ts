/** Why a request was refused, as its answer says it: what was expected, what came, what to do. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly expected: string;
  readonly got: string;
  readonly cure: string;
  /** When trying again may help: after how many seconds. */
  readonly retryAfterSeconds?: number;
}

/** Thrown by whoever answers requests; everything of it is for the eyes of the client. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

export function problemText({ code, message, expected, got, cure }: Problem): string {
  return JSON.stringify({ error: { code, message, expected, got, cure } });
}
