import { checkGiven, checkRecord, checkText, refuse } from '../argument.ts';
import type { Upgrade } from '../task/upgrade.ts';

/**
 * In `start({ upgrade: { NAME: discard() } })`: what the store has under this name is given up. A state of the program
 * begins empty, from the events that come now on; what the program has no more is deleted.
 *
 * ```ts
 * await usage.start({ store: 'data', upgrade: { 'per-user': discard() } });
 * ```
 */
export function discard(): Upgrade {
  return { kind: 'discard' };
}

/**
 * In `start({ upgrade: { NAME: migrate({ from }) } })`: what the store has under the name `from` is taken over as it is:
 * a state with what belongs to it, a source with its position and its log, a sink with its rows, a changelog with its
 * subscribers. Where it is not the same kind of thing any more, the start is refused as without it.
 */
export function migrate(options: { readonly from: string }): Upgrade {
  checkGiven('migrate(options)', options, ['from']);
  const { from } = options;
  checkText('migrate({ from })', from, 'the name that the store has for it');
  return { kind: 'migrate', from };
}

export function checkUpgrades(upgrades: unknown): void {
  if (upgrades === undefined) return;
  const expected = 'discard() or migrate({ from }), by name';
  checkRecord('run({ upgrade })', upgrades, expected);
  for (const [name, choice] of Object.entries(upgrades)) {
    const kind: unknown = typeof choice === 'object' && choice !== null && 'kind' in choice ? choice.kind : undefined;
    if (kind !== 'discard' && kind !== 'migrate') refuse(`run({ upgrade: { '${name}' } })`, expected, choice);
  }
}
