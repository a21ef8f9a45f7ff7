import type { ProcessSteps } from '../../operator/process/context.ts';
import type { Cause } from '../../operator/row.ts';
import type { Recorded } from './recorded.ts';
import { same } from './same.ts';

interface Kept<K, S> {
  readonly key: K;
  state: S;
  timers: number[];
}

export interface Processed<K, S, Out> {
  readonly out: Recorded<Out>;
  /** What is kept in the end, in the order in which the keys came. */
  readonly kept: readonly Kept<K, S>[];
}

/** process: the functions of the user over the events of each key; timers fire as the frontier reaches them. */
export function processed<T, K, S, Out>(stream: Recorded<T>, keyOf: (value: T) => K, steps: ProcessSteps<T, K, S, Out>): Processed<K, S, Out> {
  let all: Kept<K, S>[] = [];
  const out: Recorded<Out>[number][] = [];
  let frontier = -1;

  let firings = 0;

  /** `firing`: of which timer, where it fires because the frontier passes. */
  const call = (key: K, at: number, time: number, cause: Cause, firing: number | undefined, work: (context: Parameters<typeof steps.on>[1]) => void): void => {
    const find = (): Kept<K, S> | undefined => all.find((one) => same(one.key, key));
    const own = (): Kept<K, S> => {
      const found = find() ?? { key, state: steps.state(), timers: [] };
      if (find() === undefined) all.push(found);
      return found;
    };
    work({
      key,
      time,
      frontier,
      // What can be changed in place is kept once it has been seen; anything else once it is set.
      state: { get: () => (find() ?? (typeof steps.state() === 'object' ? own() : { state: steps.state() })).state, set: (state) => void (own().state = state) },
      emit: (value) => out.push({ kind: 'fact', at, value, time, cause, ...(firing !== undefined && { firing }) }),
      setTimer: (timer) => void (own().timers = [...own().timers.filter((one) => one !== timer), timer]),
      deleteTimer: (timer) => {
        const kept = find();
        if (kept !== undefined) kept.timers = kept.timers.filter((one) => one !== timer);
      },
      clear: () => void (all = all.filter((one) => one !== find())),
    });
  };

  const fire = (kept: Kept<K, S>, timer: number, at: number, time: number, cause: Cause): void => {
    kept.timers = kept.timers.filter((one) => one !== timer);
    firings += 1;
    call(kept.key, at, time, cause, cause.kind === 'frontier' ? firings : undefined, (context) => steps.timer?.(timer, context));
  };

  for (const entry of stream) {
    if (entry.kind === 'step') {
      for (;;) {
        const due = Math.min(...all.flatMap(({ timers }) => timers.filter((timer) => timer <= entry.to)));
        if (due === Infinity) break;
        // As if the frontier had come here in small steps.
        frontier = Math.max(frontier, due - 1);
        const firing = all.filter(({ timers }) => timers.includes(due));
        for (const kept of firing) if (all.includes(kept)) fire(kept, due, entry.at, due, { kind: 'frontier', time: due });
      }
      frontier = entry.to;
      out.push(entry);
      continue;
    }
    const key = keyOf(entry.value);
    call(key, entry.at, entry.time, entry.cause, undefined, (context) => steps.on(entry.value, context));
    for (;;) {
      const kept = all.find((one) => same(one.key, key));
      const due = Math.min(...(kept?.timers ?? []).filter((timer) => timer <= frontier));
      if (kept === undefined || due === Infinity) break;
      fire(kept, due, entry.at, Math.max(due, entry.time), entry.cause);
    }
  }
  return { out, kept: all };
}
