import type { FastifyInstance } from 'fastify';
import { type SnmsLogin, snmsLogIn, snmsLogInDated } from '../../../proto/http/snms/identity.ts';
import { parseKeyReference } from '../../access/handle/key-reference.ts';
import { findHolderOf } from '../../access/handle/prove-key.ts';
import { isSecretOf, secretOf } from '../../access/handle/verify-proof.ts';
import { logIn } from '../../access/login.ts';
import { callerOf } from '../../access/subject-caller.ts';
import { findTokenCaller } from '../../access/tokens.ts';
import type { ValueData } from '../../record/value.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { currentDays, isDatedPassword } from './dated-password.ts';
import { success } from './envelope.ts';
import { SecondLevelError } from './second-level-error.ts';

/** How long a login lasts. */
const HOURS = 24;

/**
 * Users are keys with a secret, `301:88.101.5/ERP`: a secret key is kept as it is in any case, so the dated form needs nothing
 * stored that the plain one would not. A token serves as the password of any name, and is its own session.
 */
export function identityRoutes(app: FastifyInstance, services: Services): void {
  const { database, now } = services;

  route(app, services, snmsLogIn, async ({ body }, reply) => {
    const { password } = body;
    reply.header('cache-control', 'no-store');
    if ((await findTokenCaller(database, password)) !== null) return success({ token: password });
    const secret = Buffer.from(password);
    return success({ token: await tokenOf(services, body, (data) => isSecretOf(data, secret)) });
  });

  route(app, services, snmsLogInDated, async ({ body }, reply) => {
    const days = currentDays(now());
    const isRight = (data: ValueData | null) => {
      const secret = data === null ? null : secretOf(data);
      return isDatedPassword(body.password, secret ?? Buffer.alloc(0), days) && secret !== null;
    };
    reply.header('cache-control', 'no-store');
    return success({ token: await tokenOf(services, body, isRight) });
  });
}

/** The token of a new login of the key whose secret is the right one. */
async function tokenOf(
  { database, keys, now }: Services,
  { username }: SnmsLogin,
  isRight: (data: ValueData | null) => boolean,
): Promise<string> {
  const key = parseKeyReference(username);
  const subject = key === null ? null : await findHolderOf(keys, key, isRight);
  if (subject === null) throw new SecondLevelError('INVALID_CREDENTIAL', { message: '用户名/密码错误！' });
  const { token } = await logIn(database, await callerOf(database, subject), { hours: HOURS, now: now() });
  return token;
}
