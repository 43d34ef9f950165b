import type { Client } from '../../proto/http/client/client.ts';
import { ProblemError } from '../../proto/http/client/problem-error.ts';
import { isExpired } from './credentials.ts';
import type { Target } from './target.ts';

type Call = (asked: unknown) => Promise<unknown>;

/**
 * A client of a node that is loaded with its first call: the table of operations, with all their schemas, is most of what a
 * command would load to say what its options are.
 */
export function createLazyClient(target: Target): Client {
  let loading: Promise<Client> | undefined;
  const load = async () => (await import('../../proto/http/client/client.ts')).createClient(target);
  const call = (id: string) => async (asked: unknown) => {
    loading ??= load();
    const client = (await loading) as unknown as Record<string, Call>;
    try {
      return await client[id]?.(asked);
    } catch (error) {
      throw explained(error, target);
    }
  };
  // A promise would be asked for "then": a client is none.
  return new Proxy({} as Client, { get: (_, id) => (typeof id === 'string' && id !== 'then' ? call(id) : undefined) });
}

/** A refused login is told as what it is: the node itself cannot know whose it was. */
function explained(error: unknown, { url, login }: Target): unknown {
  if (!(error instanceof ProblemError) || error.status !== 401 || login === undefined) return error;
  const { subject, expiresAt } = login;
  const state = isExpired(login)
    ? `expired at ${expiresAt}`
    : `is refused, though it was to last until ${expiresAt}: it was taken back`;
  const detail = `The login at ${url} as ${subject} ${state}; log in again with kapok login`;
  return new ProblemError(error.status, { code: error.code, detail }, error);
}
