import { encodePath } from '../../src/identifier/percent-encoding.ts';
import { assertSame, assertStatus, checkAbsent } from '../checks.ts';
import { callHttp } from '../http.ts';
import { prepareLoad } from '../load-profile.ts';
import type { Profile } from '../profile.ts';
import { absentIdentifiers, getRequests, listOf } from '../requests.ts';

export interface Peer {
  /** The base URL of a server with Handle's REST interface. */
  readonly url: string;
  readonly identifiers: readonly string[];
}

/** The loads that any server with Handle's REST interface understands. Whose CPU it spends cannot be seen from here. */
export function peerProfiles(peer: Peer): Profile[] {
  const { url, identifiers } = peer;
  const prefix = (identifiers[0] as string).split('/', 1)[0] as string;
  return [
    {
      name: 'peer-hot',
      about: `GET of ${identifiers.length} identifiers at ${url}`,
      prepare: async (bench) =>
        prepareLoad(bench, {
          url,
          source: listOf(getRequests(identifiers, (handle) => ({ kind: 'peer', handle }))),
          status: 200,
          evenLength: false,
          served: [{ pid: null }],
          check: async () => {
            for (const identifier of identifiers) await checkPeerRecord(url, identifier);
          },
        }),
    },
    {
      name: 'peer-absent',
      about: `GET of random identifiers below ${prefix}, each a new one, at ${url}`,
      prepare: async (bench) => {
        const [name = ''] = absentIdentifiers(prefix, 1);
        return prepareLoad(bench, {
          url,
          source: { kind: 'absent', prefix },
          status: 404,
          evenLength: false,
          served: [{ pid: null }],
          check: () => checkAbsent(url, name),
        });
      },
    },
  ];
}

/** What it holds is not ours to know; that it is found, and under which name, is. */
async function checkPeerRecord(url: string, identifier: string): Promise<void> {
  const answer = await callHttp(`${url}/api/handles/${encodePath(identifier)}`);
  assertStatus(answer, 200, identifier);
  const { responseCode, handle, values } = JSON.parse(answer.body.toString()) as Record<string, unknown>;
  assertSame([responseCode, handle], [1, identifier], identifier);
  if (!Array.isArray(values) || values.length === 0) throw new Error(`${identifier}: the answer has no values`);
}
