import { emilyProgram } from '../../src/app/program.ts';
import { openOf } from '../../src/meter/requests.ts';

/** What is wrong with the books of an Emily that was killed and has not come back: no minute from its oldest open request on may be final. */
export async function finalInGap(store: string): Promise<readonly string[]> {
  const program = emilyProgram({ zone: 'Europe/Berlin', replay: false });
  await program.start({ store });
  try {
    await program.caughtUp('usage');
    const requests = await program.tables.requests.scan(({ finality }) => finality === 'provisional');
    const oldest = Math.min(...requests.flatMap(({ value }) => openOf(value)?.admittedAt ?? []));
    const minutes = await program.tables.perMinute.scan();
    return minutes
      .filter(({ window, finality }) => (window?.end ?? 0) > oldest && finality === 'final')
      .map(({ window }) => `the minute until ${window?.end} is final while a request of ${oldest} is open`);
  } finally {
    await program.stop();
  }
}
