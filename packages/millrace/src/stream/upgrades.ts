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

/**
 * In `start({ upgrade: { NAME: rebuild({ version }) } })`: the state NAME of the program is counted anew from its sources,
 * as far as they had been read: for a step that has changed, also where nobody can see that, as of a `sum` of another
 * field. It is done once for each version, which is any text. What is counted from NAME has to be rebuilt with it.
 *
 * Under `reconcile` what had left otherwise is adjusted at once. Without it, what had left for good stays as it left.
 *
 * ```ts
 * await usage.start({ store: 'data', upgrade: { 'per-user': rebuild({ version: 'net' }) } });
 * ```
 */
export function rebuild(options: { readonly version: string }): Upgrade {
  checkGiven('rebuild(options)', options, ['version']);
  const { version } = options;
  checkText('rebuild({ version })', version, 'what this way of counting is called, another text for each');
  return { kind: 'rebuild', version };
}

export function checkUpgrades(upgrades: unknown): void {
  if (upgrades === undefined) return;
  const expected = 'discard(), migrate({ from }) or rebuild({ version }), by name';
  checkRecord('run({ upgrade })', upgrades, expected);
  for (const [name, choice] of Object.entries(upgrades)) {
    const kind: unknown = typeof choice === 'object' && choice !== null && 'kind' in choice ? choice.kind : undefined;
    if (kind !== 'discard' && kind !== 'migrate' && kind !== 'rebuild') refuse(`run({ upgrade: { '${name}' } })`, expected, choice);
  }
}
