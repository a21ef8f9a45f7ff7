import type { Output } from '../operator/operator.ts';

export type Call<T> = readonly ['push', T] | readonly ['revise', before: T | undefined, after: T | undefined];

/** An output that remembers what it was given. */
export class Recorder<T> implements Output<T> {
  readonly calls: Call<T>[] = [];

  push(value: T): void {
    this.calls.push(['push', value]);
  }

  revise(before: T | undefined, after: T | undefined): void {
    this.calls.push(['revise', before, after]);
  }

  /** The values that are there after all that was pushed and revised, in no order worth anything. */
  net(): readonly T[] {
    const there: T[] = [];
    for (const call of this.calls) {
      if (call[0] === 'push') there.push(call[1]);
      else {
        const [, before, after] = call;
        if (before !== undefined) there.splice(there.indexOf(before), 1);
        if (after !== undefined) there.push(after);
      }
    }
    return there;
  }
}
