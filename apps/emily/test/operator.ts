import type { EmilyProcess } from './process.ts';

/** The console's operator, signed in with the one-time link: sees what every tenant used and owes. */
export type Operator = {
  readonly origin: string;
  /** The value of the cookie `emily`. */
  readonly token: string;
  get<T>(path: string): Promise<T>;
};

export async function signIn(emily: EmilyProcess): Promise<Operator> {
  const link = await emily.link();
  const { status, headers } = await fetch(link, { redirect: 'manual' });
  const token = /^emily=([^;]+)/.exec(headers.get('set-cookie') ?? '')?.[1];
  if (token === undefined) throw new Error(`the sign-in link gave ${status} and no session`);
  return {
    origin: link.origin,
    token,
    get: async <T>(path: string): Promise<T> => {
      const response = await fetch(new URL(path, link), { headers: { cookie: `emily=${token}` } });
      if (!response.ok) throw new Error(`GET ${path} gave ${response.status}: ${await response.text()}`);
      return (await response.json()) as T;
    },
  };
}

/** The first of the states that the console's live stream tells. */
export async function liveState<T>({ origin, token }: Operator): Promise<T> {
  const stop = new AbortController();
  const { body } = await fetch(`${origin}/console/live`, { headers: { cookie: `emily=${token}` }, signal: stop.signal });
  let text = '';
  for await (const piece of body!.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const state = /^data: (.*)\n\n/m.exec(text)?.[1];
    if (state === undefined) continue;
    stop.abort();
    return JSON.parse(state) as T;
  }
  throw new Error(`the live stream ended and said only: ${text}`);
}
