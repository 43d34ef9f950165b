import { request } from 'undici';
import type { ResolutionLine, StandingLine } from '../../proto/http/resolutions.ts';
import { OPERATOR_TOKEN } from '../support/node.ts';

type Line = ResolutionLine & StandingLine;

/** A stream of resolutions, from the moment at which it watches. */
export async function followResolutions(
  t: { teardown(work: () => void): void },
  { url, query = '', token = OPERATOR_TOKEN }: { url: string; query?: string; token?: string },
) {
  const headers = { authorization: `Bearer ${token}` };
  const { statusCode, body } = await request(`${url}/api/v1/resolutions/stream?${query}`, { headers });
  if (statusCode !== 200) throw new Error(await body.text());
  t.teardown(() => void body.on('error', () => {}).destroy());
  const lines = (async function* () {
    let held = '';
    for await (const piece of body.setEncoding('utf8')) {
      const split: string[] = (held + piece).split('\n');
      held = split.pop() ?? '';
      for (const text of split) yield JSON.parse(text) as Line;
    }
  })();
  const read = async () => (await lines.next()).value as Line | undefined;
  await read();
  /** The next so many resolutions. */
  const next = async (count: number): Promise<ResolutionLine[]> => {
    const told: ResolutionLine[] = [];
    while (told.length < count) {
      const line = await read();
      if (line === undefined) throw new Error('the stream has ended');
      if (line.dropped === undefined) told.push(line);
    }
    return told;
  };
  const rest = async () => {
    const told: Line[] = [];
    for await (const line of lines) told.push(line);
    return told;
  };
  return { next, rest, read, body };
}
