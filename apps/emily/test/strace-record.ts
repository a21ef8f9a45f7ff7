/*
 * What strace saw of one thread, as calls of the kernel in their order, and what Emily's store and
 * server did by them.
 *
 *   line := pid time name '(' … ') = ' result
 *         | pid time name '(' … '<unfinished ...>'        then, of the same pid,
 *         | pid time '<... ' name ' resumed>' … ') = ' result
 *
 * A commit of the store is two steps: its pages are written and synced (fdatasync), and then the page
 * that makes them the newest is written through a descriptor opened with O_DSYNC, which returns when
 * that is on the disk too. The commit is durable then, and not before.
 */

/** One call of the kernel; begin and end are places in the record. */
type Call = { readonly name: string; readonly args: string; readonly fd: number; readonly result: number; readonly begin: number; end: number };

export type Span = { readonly begin: number; readonly end: number };

/** A request that a client sent, and what Emily did about it; places in the record. */
export type Served = {
  /** `POST /v1/chat/completions` or another. */
  readonly what: string;
  /** The first byte of the request was read. */
  readonly readAt: number;
  /** The replica was asked. */
  readonly engineAskedAt: number | undefined;
  /** The last byte of the replica's answer was read. */
  readonly engineAnsweredAt: number | undefined;
  /** The first byte of the answer was written, and the last one: of a stream, its `[DONE]`. */
  readonly answerBegins: number;
  readonly answerEnds: number;
};

export type StraceRecord = { readonly commits: readonly Span[]; readonly served: readonly Served[] };

/** Reads what the thread did that holds the store: Node's main thread, which serves HTTP too. */
export function straceRecord(text: string): StraceRecord {
  const calls = callsOf(text.split('\n'));
  return { commits: commitsOf(calls), served: servedOf(calls) };
}

/**
 * What was acknowledged too early:
 * - a call to a model must be durably admitted between its arrival and the question to the replica, which
 *   comes before the first byte of the answer;
 * - its end must be durable between the replica's last byte and the last byte of the answer;
 * - an event must be durable between its arrival and its answer.
 */
export function tooEarly({ commits, served }: StraceRecord): readonly string[] {
  const commitWithin = (from: number, to: number): boolean => commits.some(({ begin, end }) => begin > from && end < to);
  return served.flatMap(({ what, readAt, engineAskedAt, engineAnsweredAt, answerBegins, answerEnds }) => {
    const where = `${what} at line ${readAt}`;
    if (!what.includes('/chat/')) return commitWithin(readAt, answerBegins) ? [] : [`${where}: answered before its commit`];
    if (engineAskedAt === undefined || engineAnsweredAt === undefined) return [`${where}: answered without the replica`];
    return [
      ...(commitWithin(readAt, engineAskedAt) ? [] : [`${where}: the replica was asked before the admission was durable`]),
      ...(engineAskedAt < answerBegins ? [] : [`${where}: the answer began before the replica was asked`]),
      ...(commitWithin(engineAnsweredAt, answerEnds) ? [] : [`${where}: answered to the end before the end was durable`]),
    ];
  });
}

function callsOf(lines: readonly string[]): readonly Call[] {
  const thread = lines.map((line) => /^(\d+) .*openat\(.*data\.mdb", O_RDWR/.exec(line)?.[1]).find((pid) => pid !== undefined);
  if (thread === undefined) throw new Error('no thread opened data.mdb to write: is this the record of a process with a store?');
  const calls: Call[] = [];
  let unfinished: { readonly name: string; readonly args: string; readonly begin: number } | undefined;
  lines.forEach((line, place) => {
    if (!line.startsWith(`${thread} `)) return;
    const [, name = '', rest = ''] = /^\d+ +[\d.]+ (?:<\.\.\. )?(\w+)(?: resumed>|\()(.*)$/.exec(line) ?? [];
    if (name === '') return; // A signal, or the end.
    const args = unfinished === undefined ? rest : unfinished.args + rest;
    const begin = unfinished?.begin ?? place;
    unfinished = rest.endsWith('<unfinished ...>') ? { name, args: args.slice(0, -'<unfinished ...>'.length), begin } : undefined;
    if (unfinished !== undefined) return;
    const result = Number(/\) += (-?\d+)/.exec(args.slice(args.lastIndexOf(')')))?.[1] ?? -1);
    calls.push({ name, args, fd: Number.parseInt(args, 10), result, begin, end: place });
  });
  return calls;
}

function commitsOf(calls: readonly Call[]): readonly Span[] {
  const through = calls.find(({ name, args }) => name === 'openat' && /data\.mdb", .*O_DSYNC/.test(args));
  if (through === undefined) throw new Error('data.mdb was not opened with O_DSYNC: the store commits in another way than is read here');
  const commits: Span[] = [];
  let synced: Call | undefined;
  for (const call of calls) {
    if ((call.name === 'fdatasync' || call.name === 'fsync') && call.result === 0) synced = call;
    if (call.name !== 'pwrite64' || call.fd !== through.result || call.result <= 0 || synced === undefined) continue;
    commits.push({ begin: synced.begin, end: call.end });
    synced = undefined;
  }
  return commits;
}

function servedOf(calls: readonly Call[]): readonly Served[] {
  const isRead = ({ name, result }: Call): boolean => /^(read|recv)/.test(name) && result > 0;
  const isWrite = ({ name }: Call): boolean => /^(write|send)/.test(name);
  return calls.filter((call) => isRead(call) && /^\d+, +"POST \/v1\//.test(call.args)).map((request) => {
    const after = calls.filter((call) => call.begin > request.begin);
    const what = /POST \/v1\/[\w/]+/.exec(request.args)![0];
    const begins = after.find((call) => isWrite(call) && call.fd === request.fd);
    const isStream = begins?.args.includes('text/event-stream') === true;
    const ends = isStream ? after.find((call) => isWrite(call) && call.fd === request.fd && call.args.includes('[DONE]')) : begins;
    if (begins === undefined || ends === undefined) throw new Error(`line ${request.begin}: ${what} has no answer`);
    const asked = after.find((call) => isWrite(call) && call.begin < ends.begin && call.args.includes(`"${what} HTTP/1`));
    const heard = after.filter((call) => isRead(call) && call.fd === asked?.fd && call.begin > asked.begin && call.begin < ends.begin);
    return {
      what,
      readAt: request.end,
      engineAskedAt: asked?.begin,
      engineAnsweredAt: heard.at(-1)?.end,
      answerBegins: begins.begin,
      answerEnds: ends.begin,
    };
  });
}
