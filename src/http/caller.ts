import type { FastifyRequest } from 'fastify';
import type { Permission } from '../../proto/http/permission.ts';
import type { Caller } from '../access/caller.ts';
import { may } from '../access/may.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { Services } from './services.ts';

/** Who sends a request; null without a credential. A wrong one is an error, never a guest. */
export async function findRequestCaller({ authenticator }: Services, request: FastifyRequest): Promise<Caller | null> {
  return authenticator.find({
    method: request.method,
    target: request.raw.url ?? '',
    headers: request.headers,
  });
}

/** Whether the sender of a request that anyone may make sees more than others there. */
export function isTrusted(caller: Caller | null, permission: Permission, prefix: Prefix): caller is Caller {
  return caller !== null && may(caller, permission, prefix);
}
