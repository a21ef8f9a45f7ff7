import { days, minutes, session, type Duration, type Stream, type Table } from 'millrace';
import type { Metered } from '../domain/metered.ts';
import type { EpochMs, ModelId, TenantId, UserId } from '../domain/names.ts';

export type ConversationKey = { tenant: TenantId; user: UserId };

/** What a user asked without a longer pause, and its context: how much was said, and by which models. */
export type Conversation = {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The time of the last call. */
  readonly lastAt: EpochMs;
  /** In the order in which they first were asked, by the times of their calls; no more than eight. */
  readonly models: readonly ModelId[];
};

/** Who is silent for so long has ended the conversation. */
export const CONVERSATION_PAUSE_MS: Duration = minutes(30);
/** For how long one that is over can be asked for; then its context is forgotten. */
const KEPT: Duration = days(1);
const MODELS_MAX = 8;

/** The models with the time at which each was first asked. */
type Asked = readonly (readonly [model: ModelId, at: number])[];
type State = { readonly requests: number; readonly inputTokens: number; readonly outputTokens: number; readonly lastAt: number; readonly models: Asked };

const nothing: State = { requests: 0, inputTokens: 0, outputTokens: 0, lastAt: 0, models: [] };

/** The conversations of users who are named: their calls, as sessions. What is taken back is taken out of them. */
export function conversations(calls: Stream<Metered>): Table<ConversationKey, Conversation> {
  return calls
    .filter(({ user }) => user !== '')
    .keyBy<ConversationKey>({ tenant: (one) => one.tenant, user: (one) => one.user })
    .window(session(CONVERSATION_PAUSE_MS))
    .aggregate(
      {
        create: (): State => nothing,
        add: (state, { at, model, units: { requests, inputTokens, outputTokens } }) => merged(state, { requests, inputTokens, outputTokens, lastAt: at, models: [[model, at]] }),
        merge: merged,
        result: ({ models, lastAt, ...sums }): Conversation => ({ ...sums, lastAt: lastAt as EpochMs, models: models.map(([model]) => model) }),
      },
      { name: 'conversations', keep: KEPT },
    );
}

const merged = (a: State, b: State): State => ({
  requests: a.requests + b.requests,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  lastAt: Math.max(a.lastAt, b.lastAt),
  models: firstAsked([...a.models, ...b.models]),
});

/** The same ones stay, in whatever order calls come. */
function firstAsked(all: Asked): Asked {
  const first = new Map<ModelId, number>();
  for (const [model, at] of all) first.set(model, Math.min(at, first.get(model) ?? at));
  return [...first].toSorted(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1)).slice(0, MODELS_MAX);
}
