import type { ProcessSteps } from '../../../operator/process/context.ts';
import { processed } from '../../reference/processed.ts';
import { type Options, type PipelineOperator, flowsOf, onlyOut, streamsOf } from '../operator.ts';
import type { Toy } from '../toy.ts';

/** Counts, and says so now and when its timers fire; timers lie ahead of the event, or behind it too. */
function stepsOf(name: string, { timers }: Options): ProcessSteps<Toy, string, { n: number }, Toy> {
  const said = (key: string, what: string, time: number, n: number): Toy => ({ id: `${name} ${what}`, key, time, n, provisional: false });
  return {
    state: () => ({ n: 0 }),
    on(toy, { key, time, state, emit, setTimer, clear }) {
      const kept = state.get();
      kept.n = (kept.n * 31 + toy.n) % 1009;
      if (toy.n % 2 === 0) setTimer(timers === 'ahead' ? time + 5 : Math.max(0, time + (toy.n % 30) - 10));
      if (toy.n % 3 !== 0) emit({ ...said(key, toy.id, time, kept.n), provisional: toy.provisional });
      if (toy.n % 11 === 0) clear();
    },
    timer(time, { key, time: at, frontier, state, emit }) {
      const { n } = state.get();
      emit(said(key, `timer ${time} at ${frontier}`, at, n));
    },
  };
}

/** process: state and timers of one's own. */
export const process: PipelineOperator = {
  name: 'process',
  takes: ['stream'],
  options: { timers: ['ahead', 'anywhere'] },
  ports: onlyOut,
  build: ({ name }, inputs, options) => ({ out: streamsOf(inputs)[0].keyBy((toy: Toy) => toy.key).process<Toy, { n: number }>({ name, ...stepsOf(name, options) }) }),
  naive(name, inputs, options) {
    const [input] = flowsOf(inputs);
    const { out } = processed(input.entries, (toy) => toy.key, stepsOf(name, options));
    return { ports: { out: { ...input, entries: out, orderFree: false, positioned: false, several: true } } };
  },
};
