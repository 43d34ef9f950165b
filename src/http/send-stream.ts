import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Sends what goes on while it is read: no cache keeps it, and no proxy waits for more of it (`X-Accel-Buffering`, nginx). */
export function sendStream(reply: FastifyReply, type: string, stream: Readable): FastifyReply {
  return reply.type(type).header('cache-control', 'no-store').header('x-accel-buffering', 'no').send(stream);
}
