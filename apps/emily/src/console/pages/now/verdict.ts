import type { Health, Hello, Now } from '../../api.ts';
import { gapRanges, gapSize } from '../../chart/gap.ts';
import { formatCount } from '../../format/number.ts';
import { formatClock } from '../../format/time.ts';
import { strings } from '../../strings.ts';

/**
 * The page's question answered in a line: is everything healthy and complete? If not, what is wrong,
 * each with the section that shows it.
 */
export type Verdict = {
  readonly level: 'good' | 'waiting' | 'attention' | 'bad';
  readonly findings: readonly Finding[];
};

export type Finding = { readonly level: 'attention' | 'bad'; readonly text: string; readonly section: string };

const READY = 'ready';

export function judge(now: Now, hello: Hello): Verdict {
  const findings = [...judgeHolds(now), ...judgeModels(now, hello), ...judgeProducers(now), ...judgeReplicas(now), ...judgeRecords(now)];
  return { level: worst(findings) ?? (now.producers.every(({ state }) => state === 'expected') ? 'waiting' : 'good'), findings };
}

const worst = (findings: readonly Finding[]): Finding['level'] | undefined =>
  findings.some(({ level }) => level === 'bad') ? 'bad' : findings[0]?.level;

/* A model that no replica can serve refuses its customers. A replay may go by ingest, without replicas. */
function judgeModels({ health }: Now, { models, mode }: Hello): Finding[] {
  if (mode === 'replay' && health.replicas.length === 0) return [];
  return models
    .filter(({ id }) => !health.replicas.some((replica) => replica.model === id && replica.state === READY))
    .map(({ id }) => ({ level: 'bad', text: strings.now.verdict.noneReady(id), section: 'replicas' }));
}

/* What is held stands still until a person decides. */
const judgeHolds = ({ holds }: Now): Finding[] => holds.map(({ evidence }) => ({ level: 'bad', text: strings.now.verdict.held(evidence), section: 'holds' }));

/* A silent gateway or a gap holds the frontier, and with it everything that waits to be final. */
function judgeProducers({ producers, missing }: Now): Finding[] {
  const say = strings.now.verdict;
  const unended = missing.flatMap((one) => (one.what === 'epoch' && !one.lost ? [{ level: 'attention' as const, text: say.unended(one.producer, formatCount(one.epoch)), section: 'time' }] : []));
  return [...unended, ...producers.flatMap(({ producer, state, lastAt, gaps }) => [
    ...(state === 'silent' && lastAt !== null ? [{ level: 'attention' as const, text: say.silent(producer, formatClock(lastAt)), section: 'time' }] : []),
    ...(state === 'lost' ? [{ level: 'attention' as const, text: say.lost(producer), section: 'time' }] : []),
    ...gaps.map((gap) => ({
      level: 'attention' as const,
      text: say.gap(producer, say.facts(formatCount(gapSize(gap))), gapRanges(gap)),
      section: 'time',
    })),
  ])];
}

function judgeReplicas({ health }: Now): Finding[] {
  return health.replicas
    .filter(({ state }) => state !== READY)
    .map(({ id, model, state }) => ({ level: 'attention', text: strings.now.verdict.notReady(id, model, state), section: 'replicas' }));
}

function judgeRecords({ health }: Now): Finding[] {
  const say = strings.now.verdict;
  return [
    ...(health.bad > 0 ? [{ level: 'attention' as const, text: say.badRecords(formatCount(health.bad)), section: 'rates' }] : []),
    ...(health.late > 0 ? [{ level: 'attention' as const, text: say.late(formatCount(health.late)), section: 'rates' }] : []),
  ];
}

/** What is said when nothing is wrong. */
export function reassurance({ producers, health }: Now): string {
  const say = strings.now.verdict;
  const ready = readyReplicas(health);
  return [say.gateways(producers.length), ...(ready > 0 ? [say.replicas(ready)] : [])].join('; ');
}

export const readyReplicas = (health: Health): number => health.replicas.filter(({ state }) => state === READY).length;
