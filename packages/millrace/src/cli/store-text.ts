import type { Finding } from '../upkeep/finding.ts';
import type { Inspected } from '../upkeep/inspect.ts';

/** So many findings are told one by one. */
const FINDINGS_MAX = 100;

export const bytesText = (bytes: number): string => `${numberText(bytes)} bytes`;

export function findingsText(findings: readonly Finding[]): string {
  const lines = findings.slice(0, FINDINGS_MAX).map(({ code, key, message }) => `${code}  ${message}${key === undefined ? '' : ` (key ${key})`}\n`);
  const more = findings.length - lines.length;
  return `${lines.join('')}${more > 0 ? `and ${more} more; --json has all\n` : ''}`;
}

/** What is in a store, a line for each thing. */
export function inspectedText(found: Inspected): string {
  const { size, sources, states, logs, sinks, producer, rewind } = found;
  const lines: string[] = [];
  if (found.program !== null) lines.push(`program ${found.program}: commit ${found.commit}, epoch ${found.epoch}, format ${found.format}`);
  if (producer !== null) lines.push(`producer ${producer.producer}: epoch ${producer.epoch}, ${counted(producer.messages, 'message')} not delivered`);
  if (size !== null) lines.push(`size    ${bytesText(size.bytes)}: ${numberText(size.pages)} pages of ${numberText(size.pageBytes)} in use, ${numberText(size.freePages)} free`);
  for (const { name, partitions } of sources) {
    for (const { partition, records, frontier, evidence, ended, bad } of partitions) {
      const more = [...(ended ? ['ended'] : []), ...(bad > 0 ? [`${bad} bad`] : [])].map((text) => `, ${text}`).join('');
      lines.push(`source  ${name}/${partition}: ${counted(records, 'record')}, frontier ${frontier ?? 'the end'}${evidence.length > 0 ? ` ${evidence.join(' ')}` : ''}${more}`);
    }
  }
  for (const { name, signature, blocks, bytes, rows, spilled } of states) lines.push(`state   ${name}: ${counted(rows, 'row')}${spilled === undefined ? '' : `, ${spilled} of them on disk only`}, ${counted(blocks, 'block')}, ${bytesText(bytes)} (${signature})`);
  for (const { name, blocks, bytes, first, end, ended, subscribers } of logs) {
    lines.push(`log     ${name}: ${first === end ? `empty at ${first}` : `${first} to ${end - 1}`}, ${counted(blocks, 'block')}, ${bytesText(bytes)}${ended ? ', ended' : ''}`);
    for (const { name: who, acknowledged } of subscribers) lines.push(`        ${who} has acknowledged up to ${acknowledged}`);
  }
  for (const { name, next, delivered, bytes } of sinks) lines.push(`sink    ${name}: ${next === delivered ? `all ${next} rows taken` : `${delivered} of ${next} rows taken, ${bytesText(bytes)} waiting`}`);
  if (rewind !== null) lines.push(`rewind  to commits since ${new Date(rewind.since).toISOString()}: ${counted(rewind.transactions, 'transaction')}, ${bytesText(rewind.bytes)}`);
  return lines.map((line) => `${line}\n`).join('');
}

const counted = (count: number, what: string): string => `${numberText(count)} ${what}${count === 1 ? '' : 's'}`;

const numberText = (count: number): string => count.toLocaleString('en-US');
