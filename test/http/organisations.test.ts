import t from 'tap';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { ORGANISATION } from '../support/organisation.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: await databases.create() });
const create = (body: object, token: string | null = null) =>
  node.call('POST', '/api/v1/organisations', { body, token });

t.test('anybody drafts an organisation, and is given a token that speaks for it', async (t) => {
  const { status, json, headers } = await create(ORGANISATION);
  t.match({ status, json }, { status: 201, json: { organisation: { state: 'draft', version: 1 }, token: /^kapok_/ } });
  t.equal(headers['cache-control'], 'no-store');
  t.match(json.organisation, { complete: false, missing: ['attachments.document'], pending: null });
  t.match(json.organisation.data, {
    ...{ name: ORGANISATION.name, document: { type: 'uscc', number: '**************0Y43' } },
    ...{ contact: { phone: '*******8000' }, legalPerson: { document: { number: '**************002X' } } },
  });
});

t.test('a draft may lack all but the name, and says what it lacks', async (t) => {
  const { json } = await create({ name: '某单位' });
  t.strictSame(json.organisation.missing, [
    ...['nature', 'document', 'legalPerson', 'contact', 'address', 'region', 'industry', 'attachments.document'],
  ]);
});

t.test('whoever is known by a token without a subject is given one that speaks for the organisation', async (t) => {
  const made = await node.call('POST', '/api/v1/organisations', { body: { name: '某单位' } });
  t.match(made, { status: 201, json: { token: /^kapok_/ } });
});

t.test('what is no good is refused with the name of the field, and is not repeated', async (t) => {
  const { document, contact, legalPerson } = ORGANISATION;
  for (const [body, at, reason] of [
    [{ document: { ...document, number: '91350100M000100Y44' } }, 'document.number', /wrong check character/],
    [
      { legalPerson: { ...legalPerson, document: { type: 'resident-card', number: '110105194912310020' } } },
      ...(['legalPerson.document.number', /wrong check character/] as const),
    ],
    [
      { legalPerson: { ...legalPerson, document: { type: 'passport', number: '****1234' } } },
      'legalPerson.document.number',
      /letters/,
    ],
    [{ contact: { ...contact, phone: '*******8000' } }, 'contact.phone', /telephone number/],
    [{ contact: { ...contact, email: 'nobody' } }, 'contact.email', /e-mail/],
    [{ region: '999999' }, 'region', /no province/],
    [{ industry: 'A/65' }, 'industry', /category A/],
    [{ website: 'javascript:alert(1)' }, 'website', /http/],
    [{ founded: '2026-02-30' }, 'founded', /date/],
    [{ name: 'a\u0000b' }, 'name', /control character/],
  ] as const) {
    const { status, json, text } = await create({ ...ORGANISATION, ...body });
    t.match({ status, json }, { status: 400, json: { code: 'BAD_REQUEST', at, detail: reason } }, at);
    t.notMatch(text, /91350100M000100Y44|110105194912310020|\*\*\*/);
  }
  t.match(await create({ ...ORGANISATION, king: true }), { status: 400 });
  t.match(await create({ nature: 'private' }), { status: 400, json: { detail: /name/ } });
});
