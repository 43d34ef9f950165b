import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

/** What an organisation is told 通知 of what is its own. */
export const Notice = Type.Object({
  seq: Type.Integer(),
  id: Type.String(),
  organisation: Type.String(),
  at: Type.String(),
  /** Such as `allotment.suspend`. */
  kind: Type.String(),
  prefix: Type.Union([Type.String(), Type.Null()]),
  about: Type.Object({ kind: Type.String(), id: Type.String() }),
  body: Type.Unknown(),
});
export type Notice = Static<typeof Notice>;

export const MAX_NOTICES = 500;
export const MAX_NOTICE_WAIT = 25;

export const listNotices = operation({
  id: 'listNotices',
  method: 'GET',
  path: '/api/v1/notices',
  permission: 'filings.apply',
  tag: 'Notices',
  summary: 'What one’s own organisations were told, in order, after a number',
  query: {
    organisation: parameter.word('Only this one; absent: all of the caller’s'),
    after: parameter.word('What `next` of the answer before said; absent: from the first'),
    limit: parameter.whole('Notices an answer', MAX_NOTICES),
    wait: parameter.whole('Seconds to hold an empty answer back until there is a notice', MAX_NOTICE_WAIT),
  },
  answers: {
    200: { text: 'Notices', schema: Type.Object({ notices: Type.Array(Notice), next: Type.String() }) },
  },
});
