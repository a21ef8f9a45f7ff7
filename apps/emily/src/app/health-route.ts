import type { FastifyPluginAsync } from 'fastify';
import type { Program } from 'millrace';
import type { EmilyTables } from './program.ts';

/**
 * `GET /health`, for whoever sends callers here, without a key: 200 while calls can be recorded, and so served; else 503.
 * It says no more than that.
 */
export const healthRoute = ({ program }: { readonly program: Pick<Program<EmilyTables>, 'status'> }): FastifyPluginAsync => async (app) => {
  app.get('/health', async (_request, reply) => {
    const isWell = canRecord(program);
    return reply.code(isWell ? 200 : 503).header('cache-control', 'no-store').send({ status: isWell ? 'ok' : 'unavailable' });
  });
};

/** A program that has ended says nothing; one whose disk is full takes nothing. */
function canRecord(program: Pick<Program<EmilyTables>, 'status'>): boolean {
  try {
    return program.status().full === undefined;
  } catch {
    return false;
  }
}
