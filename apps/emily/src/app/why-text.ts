import { instant } from './instant.ts';

type Facts = Readonly<Record<string, unknown>> & { readonly producer: string; readonly epoch: number; readonly sequence: number; readonly kind: string; readonly at: number };
type Sure = { readonly finality: string; readonly evidence: readonly string[] };

/** What `GET /v1/requests/ID` answers, as far as it is told here. */
export type Lineage = {
  readonly request: Readonly<Record<string, unknown>> & { readonly id: string; readonly why: string; readonly amount: string | null; readonly currency: string; readonly units: Readonly<Record<string, number>> | null };
  readonly facts: readonly Facts[];
  readonly price: { readonly id: string; readonly unit: string; readonly unitPrice: string; readonly reason: string } | null;
  readonly windows: readonly (Sure & { readonly window: string; readonly start: number; readonly end: number; readonly requests: number })[];
  readonly invoice: (Sure & { readonly id: string; readonly line: { readonly quantity: number; readonly amount: string } | null; readonly currency: string }) | null;
  readonly unended: { readonly timedOut: boolean; readonly endCameLate: boolean } | null;
};

const WHY: Readonly<Record<string, string>> = {
  charged: 'charged',
  open: 'free so far: it has not ended',
  refused: 'free: it was refused',
  failed: 'free: the engine failed',
  lost: 'free: nothing of it was counted when its gateway died',
  estimate: 'free: its count is an estimate, and those are never billed',
  voided: 'free: a retry took its place, and what it was charged was taken back',
};

/** A request's way to its invoice, for people. */
export function whyText({ request, facts, price, windows, invoice, unended }: Lineage): string {
  const { id, why, amount, currency, units, voidedBy } = request;
  const lines = [
    `${id}: ${WHY[why] ?? why}${amount === null ? '' : `, ${amount} ${currency}`}`,
    ...said('by', ['tenant', 'project', 'user', 'key'].flatMap((name) => ((request[name] ?? null) === null ? [] : [`${name} ${String(request[name])}`]))),
    ...said('model', (request['model'] ?? null) === null ? [] : [String(request['model'])]),
    ...said('units', units === null ? [] : Object.entries(units).map(([unit, count]) => `${count} ${unit}`), request['provenance']),
    ...said('price', price === null ? [] : [`${price.unitPrice} ${currency} for each of its ${price.unit}, as ${price.id}: ${price.reason}`]),
    ...((voidedBy ?? null) === null ? [] : said('voided', [`by ${String(voidedBy)}`])),
    ...facts.map((fact) => line('fact', `${fact.producer} ${fact.epoch}/${fact.sequence} ${fact.kind}${detail(fact)} at ${instant(fact.at)}`)),
    ...windows.map((one) => line(one.window, `${instant(one.start)} to ${instant(one.end)}, ${one.requests} requests, ${sureness(one)}`)),
    ...(invoice === null ? [] : [line('invoice', `${invoice.id}, ${sureness(invoice)}${invoice.line === null ? '' : `, in a line of ${invoice.line.quantity} for ${invoice.line.amount} ${invoice.currency}`}`)]),
    ...(unended === null ? [] : [line('unended', unended.timedOut ? `it timed out with its gateway${unended.endCameLate ? ', and its end came after that' : ''}` : 'its end came late, or was lost with its gateway')]),
  ];
  return `${lines.join('\n')}\n`;
}

const LABEL_WIDTH = 9;
const line = (label: string, text: string): string => `  ${label.padEnd(LABEL_WIDTH)}${text}`;

function said(label: string, parts: readonly string[], behind?: unknown): readonly string[] {
  return parts.length === 0 ? [] : [line(label, `${parts.join(', ')}${(behind ?? null) === null ? '' : ` (${String(behind)})`}`)];
}

/** What tells a fact from others of its kind. */
const detail = ({ outcome, code, by }: Facts): string => [outcome, code, by].flatMap((one) => ((one ?? null) === null ? [] : [` ${String(one)}`])).join('');

const sureness = ({ finality, evidence }: Sure): string => (evidence.length === 0 ? finality : `${finality} (${evidence.join(', ')})`);
