/** Why something was refused: what was expected, what came, what to do. */
export interface Refusal {
  readonly message: string;
  readonly expected: string;
  readonly got: string;
  readonly cure: string;
}

/** What the program answered: what it found, or why not. */
export interface Answer {
  readonly found: Readonly<Record<string, unknown>>;
  readonly problem?: Refusal;
}

/** How long the program may take to answer. */
const ANSWER_MS_MAX = 30_000;

export function ask(url: string, path: string): Promise<Answer> {
  return answerOf(url, path, {});
}

export function tell(url: string, path: string, body: object): Promise<Answer> {
  return answerOf(url, path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

async function answerOf(url: string, path: string, init: RequestInit): Promise<Answer> {
  const target = new URL(path, url);
  let response: Response;
  let text: string;
  try {
    response = await fetch(target, { ...init, signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    text = await response.text();
  } catch (error) {
    const { cause } = error as { readonly cause?: { readonly code?: string } };
    const got = cause?.code ?? (error as Error).message;
    return refused({ message: `There is no answer from ${target.origin}.`, expected: 'a program that serves there', got, cure: 'Start it with serve({ port }), or say where it is: --url URL.' });
  }
  const found = parsed(text);
  if (response.ok && found !== undefined) return { found };
  const problem = found?.['error'];
  if (typeof problem === 'object' && problem !== null) return refused(problem as Refusal);
  return refused({ message: `${target.origin} is no program of Millrace.`, expected: 'JSON', got: `status ${response.status}`, cure: 'Say where the program is: --url URL.' });
}

const refused = (problem: Refusal): Answer => ({ found: {}, problem });

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null ? (found as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
