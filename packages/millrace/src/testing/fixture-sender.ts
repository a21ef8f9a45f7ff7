import { connectTo, producer } from '../producer/index.ts';

/*
 * A producer as a process of its own: node fixture-sender.ts ADDRESS JOURNAL FIRST COUNT.
 *
 * It sends the values FIRST, FIRST + 1, … and writes a line for each: its id, when it was acknowledged, or
 * its id and the code of the error. Then it closes and writes "closed".
 */
const [address = '', journal = '', first = '', count = ''] = process.argv.slice(2);

const out = await producer<{ id: number; at: number }>('sender', connectTo([address, `${address}?1`]), {
  journal,
  time: ({ at }) => at,
  partitionOf: ({ id }) => id % 2,
  limits: { batchMessagesMax: 7 },
});
process.stdout.write('open\n');
const send = async (id: number): Promise<void> => {
  const outcome = await out.send({ id, at: Date.now() }).then(
    () => '',
    (error: unknown) => ` ${String((error as { code?: unknown }).code)}`,
  );
  process.stdout.write(`${id}${outcome}\n`);
};
const sends: Promise<void>[] = [];
for (let id = Number(first); id < Number(first) + Number(count); id += 1) {
  sends.push(send(id));
  // In many transactions and deliveries, so that there is much to be killed in between.
  if (id % 10 === 0) await new Promise<void>((resolve) => void setImmediate(resolve));
}
await Promise.all(sends);
await out.close();
process.stdout.write('closed\n');
