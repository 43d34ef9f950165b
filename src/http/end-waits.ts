import type { FastifyInstance } from 'fastify';
import { DRAINING } from './http-server.ts';

/** Ends what waits on purpose, such as a stream without end: when the node drains, and at the latest when it closes. */
export function endWaits(app: FastifyInstance, end: () => void): void {
  app.server.once(DRAINING, end);
  app.addHook('preClose', async () => end());
}
