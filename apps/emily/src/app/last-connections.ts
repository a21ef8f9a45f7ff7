import type { FastifyPluginAsync } from 'fastify';

/** How long the last bytes of the last answers may take to get out, in ms. */
const LINGER_MS_MAX = 3_000;

/**
 * Ends what is still connected a while after the open calls have ended; to be registered last.
 *
 * Node looks after connections on which nothing was asked, or not to its end, only while it listens:
 * one that a browser has opened ahead of need would keep a closing server waiting for as long as it likes.
 */
export const lastConnections: FastifyPluginAsync = async (app) => {
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), LINGER_MS_MAX).unref();
  });
};
