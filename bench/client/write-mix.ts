import { encodePath } from '../../src/identifier/percent-encoding.ts';
import type { LoadRequest, RequestSource } from '../load.ts';
import { randomFrom } from '../random.ts';
import type { Answer } from './answer-reader.ts';
import type { Asked, Followed, NextRequest } from './sources.ts';
import { WriteLog } from './write-log.ts';

/** What the writes put into their records; a read shows which of them it has seen. */
const MARK = 'mark ';

interface Kept {
  readonly identifier: string;
  readonly log: WriteLog;
  readonly read: Asked;
  /** A write is under way: another one would come in an order that nobody knows. */
  isWriting: boolean;
}

/** The longest that a request is waited for, in milliseconds: older reads are not under way. */
const LONGEST = 10_000;

/** Reads and writes of the same few records; what is read must show what was written. */
export function openWriteMix(
  { identifiers, share, token }: Extract<RequestSource, { kind: 'write-mix' }>,
  askedOf: (request: LoadRequest) => Asked,
): NextRequest {
  const random = randomFrom(identifiers.length);
  const all = identifiers.map((identifier): Kept => {
    const log = new WriteLog();
    const expects = { kind: 'named', responseCode: 1, handle: identifier } as const;
    const read = askedOf({ path: `/api/handles/${encodePath(identifier)}`, expects });
    return { identifier, log, isWriting: false, read: { ...read, group: 'reads', followed: followRead(log) } };
  });
  const pick = () => all[Math.floor(random() * all.length)] as Kept;
  let owed = 0;
  let count = 0;
  return () => {
    owed += share;
    const kept = pick();
    if (owed < 1 || kept.isWriting) return kept.read;
    owed -= 1;
    kept.isWriting = true;
    const mark = `${MARK}${++count}`;
    const values = [{ index: 1, type: 'NAME', data: mark }];
    const asked = askedOf({
      method: 'PUT',
      path: `/api/v1/identifiers/${encodePath(kept.identifier)}`,
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ values }),
      status: 200,
    });
    return { ...asked, group: 'writes', followed: followWrite(kept, mark) };
  };
}

function followRead(log: WriteLog): Followed {
  return {
    answered: (answer, { intended }) => {
      const [, mark = null] = new RegExp(`"(${MARK}\\d+)"`).exec(answer.body.toString()) ?? [];
      const verdict = log.judge({ at: intended, version: versionOf(answer), mark });
      return { right: verdict !== 'wrong', behind: verdict === 'behind' };
    },
    failed: () => {},
  };
}

function followWrite(kept: Kept, mark: string): Followed {
  return {
    answered: (answer, { now }) => {
      kept.isWriting = false;
      kept.log.forget(now - LONGEST);
      return { right: kept.log.acknowledged({ at: now, version: versionOf(answer), mark }) };
    },
    failed: () => {
      kept.isWriting = false;
    },
  };
}

/** NaN, which is no version of anything, where an answer has none. */
function versionOf({ head }: Answer): number {
  return Number(/\r\netag: *"(\d+)"/i.exec(head)?.[1] ?? Number.NaN);
}
