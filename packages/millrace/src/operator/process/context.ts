/** What the functions of a process are given, for the time of a call. */
export interface ProcessContext<K, S, Out> {
  readonly key: K;
  /** When the event happened, or for when the timer was set; what is emitted happens then. */
  readonly time: number;
  /** Nothing older will come; −1 before anything is known. */
  readonly frontier: number;
  /** What is kept of the key. */
  readonly state: {
    /** What was set last, else what `state` makes. It may be changed in place. */
    get(): S;
    set(state: S): void;
  };
  /** Sends an event out, at `time`. */
  emit(value: Out): void;
  /**
   * Asks for `timer` once the frontier reaches this time, in whole ms of event time; asking twice is
   * asking once. For a time that the frontier has reached it fires right after this call. A timer that
   * fires may only ask for a later one; one that always does never lets an input end.
   */
  setTimer(time: number): void;
  /** Nothing happens where there is none. */
  deleteTimer(time: number): void;
  /** Forgets the key: its state and its timers. */
  clear(): void;
}

/** A process in plain functions, which run synchronously and must not look at clocks or chance: they are replayed after a crash. */
export interface ProcessSteps<T, K, S, Out> {
  /** What is kept of a key that has nothing yet: numbers, strings, bigints, arrays, plain objects, Maps, Sets. */
  readonly state: () => S;
  on(event: T, context: ProcessContext<K, S, Out>): void;
  timer?(time: number, context: ProcessContext<K, S, Out>): void;
}
