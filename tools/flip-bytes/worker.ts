import { judged } from './judge.ts';

/* A process that judges one store after another, until one of them ends it. */

process.on('message', (path: string) => {
  judged(path).then(
    (verdict) => process.send?.({ verdict }),
    (error: unknown) => process.send?.({ error: String((error as Error).stack ?? error) }),
  );
});
