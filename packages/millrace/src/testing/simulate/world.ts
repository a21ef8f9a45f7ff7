import { MillraceError } from '../../error.ts';
import type { Plan, PlanNode, SourceNode } from '../../plan/node.ts';
import { reasonOf } from '../../reason.ts';
import { holdsOf, resolvedDecisions } from '../../stream/holds.ts';
import { Runner } from '../../stream/runner.ts';
import type { DecisionRecord } from '../../task/decision.ts';
import type { Hold } from '../../task/hold.ts';
import type { Task } from '../../task/task.ts';
import { Chance } from './chance.ts';
import { SimulatedDisk } from './disk.ts';
import type { Fault, FaultCounts } from './faults.ts';
import { Fortune } from './fortune.ts';
import { arriving, beginning, fromBeginning } from './input.ts';
import { Killed, Life } from './life.ts';
import { type Taken, TakenRecord } from './record.ts';
import type { Rows } from './rows-difference.ts';
import { SimulatedReceiver } from './sink.ts';
import { SimulatedSource } from './source.ts';
import { Timeline } from './timeline.ts';

/** What a run is made of: with the same of it, it is the same run. */
export interface WorldOptions {
  readonly plan: Plan;
  readonly seed: number;
  /** By source, in any order. */
  readonly events: ReadonlyMap<string, readonly unknown[]>;
  /** The classes of fault that are switched on. */
  readonly faults: ReadonlySet<Fault>;
  /** After so many faults nothing goes wrong any more. */
  readonly faultsMax: number;
}

/** What a run came to. */
export interface Outcome {
  /** The task of the last life, as the input had ended; undefined where it never did. */
  readonly task: Task | undefined;
  /** What its tables said before its store was closed, and what clocks and people had decided. */
  readonly tables: ReadonlyMap<string, Rows>;
  readonly receivers: readonly SimulatedReceiver[];
  /** What came to each source, by partition, in the order in which it could be read. */
  readonly given: ReadonlyMap<string, readonly (readonly unknown[])[]>;
  readonly taken: readonly Taken[];
  readonly decisions: readonly DecisionRecord[];
  /** Whether people decided something. */
  readonly isDecided: boolean;
  readonly lives: number;
  readonly faults: FaultCounts;
  readonly problems: readonly string[];
  /** What happened, a line each. */
  readonly story: readonly string[];
}

/** How long a process is gone, and may be frozen, in ms. */
const GONE_MS_MAX = 10_000;
const FROZEN_MS_MAX = 60_000;
/** By how much a clock is set, in ms. */
const CLOCK_STEP_MS_MAX = 3_600_000;
/** How often somebody looks whether something waits for a person. */
const LOOK_EVERY_MS = 1_000;
/** More steps than any healed run needs: the program does not come to its end. */
const STEPS_MAX = 200_000;
const LIVES_MAX = 2_000;
/** How many keys of a table stay in memory. */
const HOT_KEYS = [1, 2, 7, undefined];

/** A program in a world in which things go wrong, from its first event to the end of its input. */
export class World {
  readonly #options: WorldOptions;
  readonly #chance: Chance;
  readonly #timeline = new Timeline();
  readonly #fortune: Fortune;
  readonly #disk: SimulatedDisk;
  readonly #record = new TakenRecord();
  readonly #sources: ReadonlyMap<string, SimulatedSource>;
  readonly #receivers: ReadonlyMap<string, SimulatedReceiver>;
  readonly #problems: string[] = [];
  readonly #story: string[] = [];
  /** The wall clock at the beginning, and what it was set by since. */
  readonly #origin: number;
  #offset = 0;
  #lives = 0;
  #isDecided = false;
  #task: Task | undefined;
  #tables: ReadonlyMap<string, Rows> = new Map();
  #decisions: readonly DecisionRecord[] = [];

  constructor(options: WorldOptions) {
    const { plan, seed, events, faults, faultsMax } = options;
    this.#options = options;
    this.#chance = new Chance(seed);
    this.#fortune = new Fortune(this.#chance.branch('faults'), faults, faultsMax, (fault) => this.#tell(fault));
    this.#disk = new SimulatedDisk(this.#timeline, this.#fortune);
    const nodes = plan.nodes.filter((node): node is SourceNode => node.kind === 'source');
    const inputs = nodes.map((node) => arriving(node, events.get(node.name) ?? [], this.#chance.branch(`events of ${node.name}`), this.#fortune));
    const first = beginning(inputs);
    this.#origin = Number.isFinite(first) ? first : 0;
    const world = { timeline: this.#timeline, fortune: this.#fortune, record: this.#record };
    this.#sources = new Map(
      nodes.map(({ name }, i) => [name, new SimulatedSource(name, fromBeginning(inputs[i] ?? [], this.#origin), { ...world, chance: this.#chance.branch(`batches of ${name}`) })]),
    );
    const sinks = plan.nodes.flatMap((node) => (node.kind === 'sink' && !('keepMs' in node.spec) ? [node.name] : []));
    this.#receivers = new Map(sinks.map((name) => [name, new SimulatedReceiver(name, this.#fortune)]));
  }

  async run(): Promise<Outcome> {
    let isOver = false;
    while (!isOver && this.#lives < LIVES_MAX && this.#problems.length === 0) {
      this.#lives += 1;
      isOver = await this.#live();
      if (!isOver) this.#timeline.pass(this.#chance.between(1, GONE_MS_MAX));
    }
    if (!isOver && this.#problems.length === 0) this.#problems.push(`the program did not come to its end in ${LIVES_MAX} lives`);
    return {
      task: isOver ? this.#task : undefined,
      tables: this.#tables,
      receivers: [...this.#receivers.values()],
      given: new Map([...this.#sources].map(([name, { partitions }]) => [name, partitions.map((list) => list.map(({ row }) => row))])),
      taken: this.#record.all(),
      decisions: isOver ? this.#decisions : [],
      isDecided: this.#isDecided,
      lives: this.#lives,
      faults: this.#fortune.tally.counts(),
      problems: [...this.#problems, ...[...this.#receivers.values()].flatMap(({ problems }) => problems)],
      story: this.#story,
    };
  }

  /** One process, from its start to its end. Whether the input has ended. */
  async #live(): Promise<boolean> {
    const life = new Life(this.#timeline, this.#chance.branch(`life ${this.#lives}`), () => this.#origin + this.#offset);
    let runner: Runner | undefined;
    let ended: 'running' | 'done' | 'stopped' | Error = 'running';
    let isStopping = false;
    const cadence = { everyMs: this.#chance.pick([0, 5, 100, 1_000]), everyEvents: this.#chance.pick([1, 3, 20, 1_000_000]) };
    // A store is opened with memory for more keys, or for fewer, or for all.
    const hotKeys = this.#chance.branch(`memory ${this.#lives}`).pick(HOT_KEYS);
    const disk = this.#disk.open(life, () => runner === undefined);
    const close = (): void => {
      if (life.isAlive && runner !== undefined) this.#lookAt(runner.task);
      disk.close();
    };
    const backend = { ...disk, close };
    const open = async (): Promise<void> => {
      const reading = { life, decisions: () => runner?.task.decisions.size ?? 0 };
      runner = await Runner.open({ plan: this.#planFor(reading), backend, durable: true, clock: life.clock, cadence, anyTime: true, hotKeys });
      await runner.run();
    };
    open().then(
      () => {
        ended = isStopping ? 'stopped' : 'done';
      },
      (error: unknown) => {
        if (life.isAlive) ended = error instanceof Error ? error : new Error(reasonOf(error));
      },
    );
    this.#look(life, () => runner);
    for (let steps = 0; ended === 'running' && life.isAlive; steps += 1) {
      if (steps === STEPS_MAX) {
        this.#problems.push(`the program makes no progress: ${STEPS_MAX} steps, at ${this.#timeline.now} ms`);
        break;
      }
      if (!(await this.#timeline.step())) {
        if (ended === 'running' && life.isAlive) this.#problems.push(`the program waits for ever, at ${this.#timeline.now} ms`);
        break;
      }
      this.#befall(life, () => {
        isStopping = true;
        runner?.stop();
      }, runner !== undefined && !isStopping);
    }
    this.#task = runner?.task;
    const isDone = (ended as string) === 'done' && life.isAlive;
    if (isError(ended) && !isExpected(ended, runner !== undefined && !isStopping)) this.#problems.push(`the program failed: ${reasonOf(ended)}`);
    this.#tell(life.isAlive ? `life ${this.#lives}: ${isError(ended) ? reasonOf(ended) : ended}` : `life ${this.#lives}: killed`);
    life.kill();
    return isDone;
  }

  /** What the tables say, rows that are on disk only too, and what has been decided. */
  #lookAt({ runtime, decisions }: Task): void {
    try {
      this.#decisions = [...decisions.read()];
      this.#tables = new Map([...runtime.tables].map(([name, table]): [string, Rows] => [name, [...(table.scan() as Rows)]]));
    } catch (error) {
      // It dies of looking, or has failed already.
      this.#tell(`its tables were not seen: ${reasonOf(error)}`);
    }
  }

  /** What happens to a process between two of its turns. */
  #befall(life: Life, stop: () => void, canStop: boolean): void {
    if (this.#fortune.strikes('clock step')) this.#offset += this.#fortune.amount('clock step', -CLOCK_STEP_MS_MAX, CLOCK_STEP_MS_MAX);
    if (this.#fortune.strikes('frozen')) this.#timeline.pass(this.#fortune.amount('frozen', 1, FROZEN_MS_MAX));
    if (canStop && this.#fortune.strikes('restart')) stop();
    else if (this.#fortune.strikes('kill')) life.kill();
  }

  /** Now and then somebody looks whether something waits for a person, and decides. */
  #look(life: Life, runner: () => Runner | undefined): void {
    const chance = this.#chance.branch(`people ${this.#lives}`);
    const look = (): void => {
      const running = runner();
      const [hold] = running === undefined ? [] : holdsOf(running.task);
      if (running !== undefined && hold !== undefined) this.#decide(running, hold, chance.pick(hold.choices));
      life.after(LOOK_EVERY_MS, look);
    };
    if (this.#canHold) life.after(LOOK_EVERY_MS, look);
  }

  #decide(runner: Runner, { id, reason, evidence }: Hold, choice: string): void {
    this.#isDecided = true;
    this.#tell(`hold ${id}: ${choice}`);
    if (reason === 'sink-refused' && choice === 'discard') this.#receivers.get(evidence.sink)?.giveUp(evidence.first, evidence.end);
    const decision = { choice, by: 'somebody', reason: 'a simulation' } as Parameters<typeof resolvedDecisions>[2];
    runner.decide((task) => resolvedDecisions(task, id, decision, this.#options.plan.name)).catch(() => {});
  }

  /** Whether anything of the program can stop for a person. */
  get #canHold(): boolean {
    return this.#options.plan.nodes.some(
      (node) =>
        (node.kind === 'sink' && node.onRefused === 'hold') ||
        ('late' in node && node.late?.kind === 'halt') ||
        (node.kind === 'source' && (node.onThrow === 'hold' || node.onBad !== undefined || node.complete.kind === 'sequences')),
    );
  }

  #planFor(reading: { readonly life: Life; readonly decisions: () => number }): Plan {
    const { plan } = this.#options;
    const nodes = plan.nodes.map((node): PlanNode => {
      if (node.kind === 'source') return { ...node, spec: (this.#sources.get(node.name) as SimulatedSource).spec(reading) };
      if (node.kind === 'sink' && !('keepMs' in node.spec)) return { ...node, spec: (this.#receivers.get(node.name) as SimulatedReceiver).spec(reading.life) };
      return node;
    });
    return { ...plan, nodes };
  }

  #tell(what: string): void {
    this.#story.push(`${this.#timeline.now} ${what}`);
  }
}

const isError = (value: unknown): value is Error => value instanceof Error;

/** Failures that faults bring about, after which a process is started again. */
const EXPECTED: ReadonlySet<string> = new Set(['STORE_NOT_WRITABLE', 'SOURCE_FAILED', 'SINK_FAILED']);

/** `isUp`: it runs, and is to go on; then it waits for room where there is none. */
function isExpected(error: Error, isUp: boolean): boolean {
  if (error instanceof MillraceError && error.code === 'STORE_FULL') return !isUp;
  return error instanceof Killed || (error instanceof MillraceError && EXPECTED.has(error.code));
}
