import { callback } from '../connector/callback.ts';
import { log } from '../connector/log.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { type App, pipeline } from '../stream/pipeline.ts';
import type { Program } from '../stream/program.ts';
import type { SourceStream } from '../stream/stream.ts';
import type { Upgrades } from '../task/upgrade.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';

/* Sales that several versions of a program count, one after the other on one disk. */

export interface Sale {
  readonly at: number;
  readonly key: string;
  readonly gross: number;
  readonly net: number;
}

export const sale = (at: number, key: string, gross: number, net: number): Sale => ({ at, key, gross, net });
/** The fourth one is late for windows of 10. */
export const SALES: readonly Sale[] = [sale(1, 'a', 10, 8), sale(2, 'b', 20, 16), sale(12, 'a', 30, 24), sale(3, 'a', 1_000, 800), sale(13, 'a', 40, 32)];

export function salesOf(app: App, { keep = 'forever', boundMs = 0 }: { readonly keep?: 'processed' | 'forever'; readonly boundMs?: number } = {}): SourceStream<Sale> {
  return app.source('sales', log<Sale>({ keep }), { time: ({ at }) => at, complete: outOfOrder(boundMs), maxAhead: 'any' });
}

export interface SalesShape {
  readonly field?: 'gross' | 'net';
  readonly sizeMs?: number;
  readonly keep?: 'processed' | 'forever';
  readonly out?: unknown[];
  readonly more?: boolean;
}

/** Sums per key, and of each key in each window, whose results leave once. */
export function sales({ field = 'gross', sizeMs = 10, keep = 'forever', out = [], more = false }: SalesShape): Program {
  return pipeline('sales', (app) => {
    const keyed = salesOf(app, { keep }).keyBy(({ key }) => key);
    const windows = keyed.window(tumbling(sizeMs)).sum((one) => one[field], { name: 'windows', history: 1_000 });
    windows.final().map(({ key, window, value }) => `${key} ${window?.end} ${value}`).to(app.sink('out', callback((row) => void out.push(row))));
    const totals = keyed.sum((one) => one[field], { name: 'totals' });
    return more ? { windows, totals, counts: keyed.count({ name: 'counts' }) } : { windows, totals };
  }) as unknown as Program;
}

const running: Program[] = [];

/** At the end of a test. */
export async function allStopped(): Promise<void> {
  for (const one of running.splice(0)) await one.stop().catch(() => {});
}

/** The one that was started last. */
export const runningNow = (): Program => running.at(-1) as Program;

export async function started(disk: MemoryDisk, one: Program, upgrade?: Upgrades): Promise<Program> {
  await one.start({ store: memoryBackend(disk), ...(upgrade !== undefined && { upgrade }) });
  running.push(one);
  return one;
}

export async function stopped(one: Program): Promise<void> {
  await one.stop();
  running.splice(running.indexOf(one), 1);
}

/** One by one, so that there are commits in between. */
export async function sold(one: Program, ...list: readonly Sale[]): Promise<void> {
  for (const made of list) {
    await one.append('sales', [made]);
    await one.caughtUp('sales');
  }
}

/** A disk on which the first version has counted these. */
export async function used(shape: SalesShape = {}): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const one = await started(disk, sales(shape));
  await sold(one, ...SALES);
  await stopped(one);
  return disk;
}

type AnyTable = { scan(): Promise<readonly { readonly key: unknown; readonly value: unknown }[]> };

export const rowsOf = async (one: Program, table: string): Promise<unknown> => (await (one.tables as unknown as Record<string, AnyTable>)[table]?.scan())?.map(({ key, value }) => [key, value]);

/** The differences because of which a program does not start. */
export async function refusal(disk: MemoryDisk, one: Program, upgrade: Upgrades): Promise<unknown> {
  const error = await started(disk, one, upgrade).then(() => undefined, (thrown: unknown) => thrown as { readonly code?: string; readonly data?: { readonly differences: unknown } });
  return error?.code === 'PROGRAM_CHANGED' ? error.data?.differences : error;
}

/** What the process is warned of. */
export async function told(work: () => Promise<unknown>): Promise<readonly string[]> {
  // What was said before is heard before.
  await new Promise((resolve) => setImmediate(resolve));
  const lines: string[] = [];
  const hear = (warning: Error & { code?: string }): void => void (warning.code === 'UPGRADED' && lines.push(warning.message));
  process.on('warning', hear);
  await work();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', hear);
  return lines;
}
