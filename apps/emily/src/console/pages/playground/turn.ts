import type { RequestRow } from '../../api-requests.ts';
import type { Message } from './stream-answer.ts';

/** A question and what came of it. */
export type Turn = {
  readonly number: number;
  readonly model: string;
  readonly prompt: string;
  readonly answer: string;
  readonly state: 'answering' | 'ended' | 'stopped' | 'failed';
  readonly problem: string | null;
  /** The id of the request; null as long as the gateway has not said it. */
  readonly request: string | null;
  /** What it came to, as the usage log has it; null until it is known. */
  readonly told: RequestRow | null;
  /** Why that is not known. */
  readonly untold: string | null;
};

/** The conversation so far, as models are asked: what was answered in full. */
export const messagesOf = (turns: readonly Turn[], prompt: string): readonly Message[] => [
  ...turns.filter(({ state, answer }) => state === 'ended' && answer !== '').flatMap((turn): Message[] => [{ role: 'user', content: turn.prompt }, { role: 'assistant', content: turn.answer }]),
  { role: 'user', content: prompt },
];
