import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simulatedEngine, type Latency } from '../../src/fleet/simulated-engine.ts';

/** What a replica has counted by itself since it started. */
export type Counters = { readonly requests: number; readonly inputTokens: number; readonly outputTokens: number };

export type ReplicaServer = {
  readonly origin: string;
  counters(): Promise<Counters>;
  close(): void;
};

/** A replica in this process, on a port of its own; Emily knows it by its address alone. */
export async function replicaServer(model: string, seed: number, latency: Latency): Promise<ReplicaServer> {
  const server = simulatedEngine({ model, seed, latency }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    counters: async () => {
      const { requests, promptTokens, generatedTokens } = (await (await fetch(`${origin}/health`)).json()) as Record<'requests' | 'promptTokens' | 'generatedTokens', number>;
      return { requests, inputTokens: promptTokens, outputTokens: generatedTokens };
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
