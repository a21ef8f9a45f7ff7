/** A mistake that somebody could make: in a file of src/, one text in the place of another. */
export interface Bug {
  readonly name: string;
  readonly file: string;
  readonly of: string;
  readonly put: string;
  /** Who is to find it: the simulator, or rot-and-rivals.ts for what no simulated world has. */
  readonly by?: 'rot and rivals';
}

/** Mistakes that no test may let through. */
export const BUGS: readonly Bug[] = [
  {
    name: 'a failed sync is taken for a commit',
    file: 'task/group-commit.ts',
    of: `    this.#backend.transact((txn) => {
      const owner = currentEpoch(txn);
      if (owner !== this.#epoch) throw errors.FENCED({ epoch: this.#epoch, owner });
      work(txn);
    });`,
    put: `    try {
      this.#backend.transact((txn) => {
        const owner = currentEpoch(txn);
        if (owner !== this.#epoch) throw errors.FENCED({ epoch: this.#epoch, owner });
        work(txn);
      });
    } catch {}`,
  },
  {
    name: 'positions are committed before what was made of them',
    file: 'task/commit.ts',
    of: `  input.transact((txn) => {
    putMeta(txn, meta);`,
    put: `  input.transact((txn) => putMeta(txn, meta));
  input.transact((txn) => {`,
  },
  {
    name: 'what a commit that found no room was to give out is not given out by the next attempt',
    file: 'task/commit.ts',
    of: `  input.transact((txn) => {
    putMeta(txn, meta);`,
    put: `  for (const { sink } of outgoing) sink.output.parcels = [];
  input.transact((txn) => {
    putMeta(txn, meta);`,
  },
  {
    name: 'a full disk ends the run',
    file: 'task/room.ts',
    of: '      return this.#whenThereIs(error, commit, run);',
    put: '      throw error;',
  },
  {
    name: 'the timers of a window are lost on recovery',
    file: 'operator/window/window.ts',
    of: '      if (space.id > frontier.value) frontier.at(space.id, this);\n      else this.#retain(space.id);',
    put: '      if (space.id <= frontier.value) this.#retain(space.id);',
  },
  {
    name: 'the timers of a process are lost on recovery',
    file: 'operator/process/process.ts',
    of: '      this.#agenda.put(row, time);\n    }\n  }\n\n  committed',
    put: '    }\n  }\n\n  committed',
  },
  {
    name: 'rows that were not delivered before a crash are not delivered after it',
    file: 'task/deliveries.ts',
    of: '      parcels.forEach((parcel, i) => {',
    put: '      parcels.slice(1).forEach((parcel, i) => {',
  },
  {
    name: 'rows count as delivered before the sink has taken them',
    file: 'task/delivery.ts',
    of: `        await this.#retry.run(() => this.sink.output.driver?.deliver(parcels), () => this.#fails());
        this.delivered = sending.end;`,
    put: `        this.delivered = sending.end;
        await this.#retry.run(() => this.sink.output.driver?.deliver(parcels), () => this.#fails());`,
  },
  {
    name: 'a frontier begins anew on recovery',
    file: 'task/recovery.ts',
    of: '      feed.frontier.restore(stored.frontier ?? END, stored.evidence);\n',
    put: '      if (stored.frontier === null) feed.frontier.restore(END, stored.evidence);\n',
  },
  {
    name: 'a row that has changed once is never written again',
    file: 'state/state.ts',
    of: '      for (const row of space.changed) space.dirty[row] = 0;\n',
    put: '',
  },
  {
    name: 'a window that was dropped comes back on recovery',
    file: 'state/state.ts',
    of: '    const dropped = this.leaving.map((space) => space.id);',
    put: '    const dropped: number[] = [];',
  },
  {
    name: 'what counts as late is forgotten on recovery',
    file: 'operator/window/window.ts',
    of: '    Object.assign(this.counters, counters);\n    this.finality.restore(finality);\n    this.halting?.restored();',
    put: '    this.finality.restore(finality);\n    this.halting?.restored();',
  },
  {
    name: 'the oldest version of a row wins on recovery',
    file: 'state/entries.ts',
    of: '        entry.value = block.value[i] as V;\n',
    put: '        if (known === undefined) entry.value = block.value[i] as V;\n',
  },
  {
    name: 'what producers have sent is forgotten on recovery',
    file: 'task/recovery.ts',
    of: '      feed.restored(stored.producers, (entry) => messageOf(backend, meta, entry));\n',
    put: '',
  },
  {
    name: 'the ids that were seen are forgotten on recovery',
    file: 'operator/dedupe/seen.ts',
    of: '        this.#generation(number).restore(payload.subarray(first, at), this.#id);\n',
    put: '',
  },
  {
    name: 'what was set aside is not committed',
    file: 'task/commit.ts',
    of: '    input.bad.put(txn);\n',
    put: '',
  },
  {
    name: 'a source is read from its beginning after a crash',
    file: 'task/recovery.ts',
    of: '      feed.cursor = stored.cursor === null ? undefined : (stored.cursor as Json);\n',
    put: '',
  },
  {
    name: 'the rows of a sink are numbered anew after a crash',
    file: 'task/recovery.ts',
    of: '    sink.output.next = stored.next;\n',
    put: '',
  },
  {
    name: 'the frontier moves once a batch',
    file: 'task/feed.ts',
    of: '          if (promise > frontier.value) {',
    put: '          if (promise > frontier.value && i === rows.length - 1) {',
  },
  {
    name: 'a row that was removed comes back on recovery',
    file: 'state/entries.ts',
    of: '        entry.removed = !(block.there[i] as boolean);\n',
    put: '        entry.removed = false;\n',
  },
  {
    name: 'revisions begin anew on recovery',
    file: 'operator/window/window.ts',
    of: '    this.finality.restore(finality);\n',
    put: '    void finality;\n',
  },
  {
    name: 'a key that is removed is not deleted from the tree',
    file: 'task/commit.ts',
    of: '    if (change.value === undefined) txn.delete(change.key);\n    else txn.put(change.key, change.value);\n',
    put: '    if (change.value !== undefined) txn.put(change.key, change.value);\n',
  },
  {
    name: 'rows that leave memory are not put into the tree',
    file: 'task/commit.ts',
    of: '    else txn.put(change.key, change.value);\n',
    put: '',
  },
  {
    name: 'an entry that comes back into memory forgets that the tree has it',
    file: 'state/entries.ts',
    of: 'found.value, true);',
    put: 'found.value, false);',
  },
  {
    name: 'a row that left memory comes back on recovery as it was before',
    file: 'state/state.ts',
    of: '        this.#cleaner.left({ space, rows: left });\n',
    put: '',
  },
  {
    name: 'the checksum of a block is not looked at',
    file: 'store/block.ts',
    of: "  if (actual !== expected) throw corrupt(where, 'checksum', hex(expected), hex(actual));\n",
    put: '  void [actual, expected];\n',
    by: 'rot and rivals',
  },
  {
    name: 'a block is taken from the place of another one',
    file: 'store/block.ts',
    of: "  if (place !== placeOf(key)) throw corrupt(where, 'place', hex(place), hex(placeOf(key)));\n",
    put: '  void place;\n',
    by: 'rot and rivals',
  },
  {
    name: 'an epoch is used again',
    file: 'store/meta.ts',
    of: 'readEpoch(bytes) + 1;',
    put: 'readEpoch(bytes);',
    by: 'rot and rivals',
  },
  {
    name: 'nobody looks at who has taken the store over',
    file: 'task/group-commit.ts',
    of: '      if (owner !== this.#epoch) throw errors.FENCED({ epoch: this.#epoch, owner });\n',
    put: '      void owner;\n',
    by: 'rot and rivals',
  },
];
