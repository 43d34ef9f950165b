import { encodePath } from '../../src/identifier/percent-encoding.ts';
import { assertSame, assertStatus, checkAbsent } from '../checks.ts';
import { callHttp } from '../http.ts';
import { prepareLoad } from '../load-profile.ts';
import type { Profile } from '../profile.ts';
import { absentIdentifiers, getRequests } from '../requests.ts';

export interface Peer {
  /** The base URL of a server with Handle's REST interface. */
  readonly url: string;
  readonly identifiers: readonly string[];
}

/** As many names as a server would have to remember if it remembered what does not exist. */
const ABSENT_NAMES = 50_000;

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
          requests: getRequests(identifiers),
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
      about: `GET of ${ABSENT_NAMES} random identifiers below ${prefix} at ${url}`,
      prepare: async (bench) => {
        const names = absentIdentifiers(prefix, ABSENT_NAMES);
        return prepareLoad(bench, {
          url,
          requests: getRequests(names),
          status: 404,
          evenLength: false,
          served: [{ pid: null }],
          check: () => checkAbsent(url, names[0] as string),
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
