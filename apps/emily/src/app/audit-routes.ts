import type { FastifyPluginAsync } from 'fastify';
import type { ChainedCommand, CommandChain } from '../account/command-chain.ts';
import type { Access } from './access.ts';
import { plainNumber, questionOf } from './question.ts';
import { badParameter, refuse } from './refuse.ts';

export type AuditOptions = { readonly access: Access; readonly chain: CommandChain; readonly commands: () => Iterable<ChainedCommand> };

const ROWS_MAX = 1_000;

/**
 * For the operator: `GET /v1/audit?from=N`, every administrative act in its order, from the N-th on, with its chain:
 * who keeps one sees later that nothing before it has changed. Of secrets there are digests only, which are left out.
 */
export const auditRoutes = ({ access, chain, commands }: AuditOptions): FastifyPluginAsync => async (app) => {
  app.get('/v1/audit', async (request, reply) => {
    if ((await access.operatorBy(request, reply)) === undefined) return reply;
    const question = questionOf(request.query, ['from'], reply);
    if (question === undefined) return reply;
    const from = plainNumber(question['from'] ?? '0');
    if (from === undefined) return refuse(reply, badParameter('from', 'the number of an act, 0 for the first', question['from'] as string));
    const data: object[] = [];
    let number = 0;
    for (const command of commands()) {
      if (number >= from) data.push(actOf(number, command));
      number += 1;
      if (data.length === ROWS_MAX) break;
    }
    return { data, next: data.length === ROWS_MAX ? number : null, head: chain.head };
  });
};

function actOf(number: number, { kind, at, chain, ...rest }: ChainedCommand): object {
  const shown = Object.fromEntries(Object.entries(rest).filter(([name]) => name !== 'digest' && name !== 'linkDigest'));
  return { number, at: new Date(at).toISOString(), act: kind, ...shown, chain: chain ?? null };
}
