/*
 * How a replay ends. Every figure is read back from the meter's tables by the caller: the replayer
 * counts nothing that is shown here.
 */

export interface ClosingFigures {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly seconds: number;
}

/** What this run took, and what it added to the requests that were metered before it. */
export interface RunFigures {
  readonly seconds: number;
  readonly requests: number;
}

/** A table for people; where nothing was left to do, there is no run to tell of. */
export function closingTable(figures: Omit<ClosingFigures, 'seconds'> & { readonly invoices: number; readonly run: RunFigures | undefined }): string {
  const { requests, inputTokens, outputTokens, run, invoices } = figures;
  const rows: readonly (readonly [string, string])[] = [
    ['requests', whole(requests)],
    ['input tokens', whole(inputTokens)],
    ['output tokens', whole(outputTokens)],
    ...(run === undefined ? [] : rowsOf(run)),
    ['invoices', whole(invoices)],
  ];
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const figureWidth = Math.max(...rows.map(([, figure]) => figure.length));
  return rows.map(([name, figure]) => `${name.padEnd(nameWidth)}  ${figure.padStart(figureWidth)}\n`).join('');
}

const rowsOf = ({ seconds, requests }: RunFigures): readonly (readonly [string, string])[] => [
  ['seconds', seconds.toFixed(1)],
  ['requests/s', whole(seconds > 0 ? Math.round(requests / seconds) : 0)],
];

/** A line for programs; `perMinute` has the epoch ms of a minute's start and its requests. */
export function closingJson(
  figures: ClosingFigures & { readonly perMinute: readonly (readonly [minute: number, requests: number])[] },
): string {
  const { requests, inputTokens, outputTokens, perMinute, seconds } = figures;
  return JSON.stringify({ requests, inputTokens, outputTokens, perMinute, seconds });
}

const whole = (figure: number): string => figure.toLocaleString('en-US');
