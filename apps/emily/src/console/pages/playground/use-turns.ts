import { useEffect, useRef, useState } from 'react';
import { requestPaths, type RequestRow, type RequestStory } from '../../api-requests.ts';
import { ask } from '../../live/ask.ts';
import { streamAnswer, type Wish } from './stream-answer.ts';
import { messagesOf, type Turn } from './turn.ts';

const PRICE_EVERY_MS = 250;
/** A call that was stopped ends upstream at once, and is in the log soon after. */
const PRICE_TRIES_MAX = 20;

export type Turns = {
  readonly turns: readonly Turn[];
  readonly answering: boolean;
  readonly ask: (wish: Omit<Wish, 'messages'>, prompt: string) => void;
  readonly stop: () => void;
  readonly clear: () => void;
};

/** A conversation, one question at a time; who leaves the page stops the answer that is under way. */
export function useTurns(): Turns {
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const under = useRef<AbortController | null>(null);
  useEffect(() => () => under.current?.abort(), []);
  const answering = turns.at(-1)?.state === 'answering';

  const run = async (wish: Wish, number: number): Promise<void> => {
    const stop = new AbortController();
    under.current = stop;
    const change = (part: (turn: Turn) => Partial<Turn>): void => setTurns((all) => all.map((turn) => (turn.number === number ? { ...turn, ...part(turn) } : turn)));
    let request: string | null = null;
    const begun = (id: string | null): void => {
      request = id;
      change(() => ({ request: id }));
    };
    try {
      await streamAnswer(wish, { begun, words: (part) => change(({ answer }) => ({ answer: answer + part })) }, stop.signal);
      change(() => ({ state: 'ended' }));
    } catch (error) {
      change(() => (stop.signal.aborted ? { state: 'stopped' } : { state: 'failed', problem: textOf(error) }));
    }
    if (request === null) return;
    await told(request).then((row) => change(() => ({ told: row })), (error: unknown) => change(() => ({ untold: textOf(error) })));
  };

  return {
    turns,
    answering,
    ask: (wish, prompt) => {
      if (answering) return;
      const number = (turns.at(-1)?.number ?? 0) + 1;
      setTurns([...turns, { number, model: wish.model, prompt, answer: '', state: 'answering', problem: null, request: null, told: null, untold: null }]);
      void run({ ...wish, messages: messagesOf(turns, prompt) }, number);
    },
    stop: () => under.current?.abort(),
    clear: () => setTurns([]),
  };
}

/** What became of a request, once it has ended. */
async function told(id: string): Promise<RequestRow> {
  for (let tries = 1; ; tries += 1) {
    const { request } = await ask<RequestStory>(requestPaths.one(id));
    if (request.outcome !== 'open' || tries === PRICE_TRIES_MAX) return request;
    await new Promise((resolve) => setTimeout(resolve, PRICE_EVERY_MS));
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
