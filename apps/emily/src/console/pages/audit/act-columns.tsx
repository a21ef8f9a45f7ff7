import type { Act } from '../../api-accounts.ts';
import { Moment } from '../../format/moment.tsx';
import { formatCount } from '../../format/number.ts';
import { isFar } from '../../format/time.ts';
import { auditStrings } from '../../strings-of-accounts.ts';
import type { Column } from '../../table/column.ts';

const say = auditStrings;
const CHAIN_SHOWN_LENGTH = 12;
const common = new Set(['number', 'at', 'act', 'by', 'chain']);

/** The columns of acts: what was done, about whom, by whom, and its chain. */
export const actColumns = (now: number): readonly Column<Act>[] => [
  { id: 'number', title: say.columns.number, value: ({ number }) => number, show: ({ number }) => formatCount(number) },
  { id: 'at', title: say.columns.at, value: ({ at }) => at, show: ({ at }) => <Moment at={Date.parse(at)} dated={isFar(Date.parse(at), now)} /> },
  { id: 'act', title: say.columns.act, value: ({ act }) => actName(act) },
  { id: 'about', title: say.columns.about, value: aboutOf },
  { id: 'by', title: say.columns.by, value: ({ by }) => by ?? say.itself, show: ({ by }) => by ?? <span className="unit">{say.itself}</span> },
  { id: 'chain', title: say.columns.chain, lesser: 'least', value: ({ chain }) => chain ?? '', show: ({ chain }) => chain !== null && <code title={chain}>{chain.slice(0, CHAIN_SHOWN_LENGTH)}…</code> },
];

/** A newer server may know acts that this page does not. */
export const actName = (act: string): string => (say.acts as Readonly<Record<string, string>>)[act] ?? act;

/** All that an act says of its own: `tenant ada; name app`. */
export const aboutOf = (act: Act): string =>
  Object.entries(act).filter(([name, value]) => !common.has(name) && value !== null && value !== undefined).map(([name, value]) => `${name} ${textOf(value)}`).join('; ');

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
