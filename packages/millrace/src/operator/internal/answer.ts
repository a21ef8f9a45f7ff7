import { refuse } from '../../argument.ts';

/** Whether an answer that is neither true nor false means yes. A promise means nothing: BAD_ARGUMENT, and the event is bad. */
export function isYes(where: string, answer: unknown): boolean {
  if (typeof answer === 'object' && answer !== null && 'then' in answer) refuse(`what the function of ${where} returned`, 'true or false', answer);
  return Boolean(answer);
}
