/** A hold as /holds has it. */
interface HoldJson {
  readonly id: number;
  readonly scope: Readonly<Record<string, unknown>> & { readonly kind: string };
  readonly reason: string;
  readonly evidence: object;
  readonly since: number;
  readonly choices: readonly string[];
}

/** Each hold in a few lines, for people. */
export function holdsText(holds: unknown): string {
  const list = holds as readonly HoldJson[];
  if (list.length === 0) return 'nothing is held\n';
  return list.map(({ id, scope, reason, evidence, since, choices }) => [`${id}  ${reason}  ${scopeText(scope)}  since ${new Date(since).toISOString()}`, ...Object.entries(evidence).map(([name, value]) => `     ${name}: ${JSON.stringify(value)}`), `     choices: ${choices.join(', ')}\n`].join('\n')).join('');
}

/** One line for each thing that is missing. */
export function missingText(missing: unknown): string {
  const list = missing as readonly (Readonly<Record<string, unknown>> & { readonly what: string })[];
  if (list.length === 0) return 'nothing is missing\n';
  return list.map(({ what, ...facts }) => `${what}  ${Object.entries(facts).map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`).join('  ')}\n`).join('');
}

function scopeText({ kind, ...where }: HoldJson['scope']): string {
  const place = Object.values(where).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return [kind, ...place].join(' ');
}
