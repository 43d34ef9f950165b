import t from 'tap';
import { putRecord, startTree } from '../../tree/start-tree.ts';

t.test('who wants a referral gets none of another node’s answer from memory, alone or in a batch', async (t) => {
  const { top, enterprise } = await startTree(t);
  const identifier = '88.101.7/known';
  const path = `/api/handles/${identifier}`;
  await putRecord(enterprise, identifier);
  const batch = async (recursive?: boolean) => {
    const body = { identifiers: [identifier], ...(recursive === undefined ? {} : { recursive }) };
    return (await top.call('POST', '/api/resolve', { body, token: null })).json.answers[0].code;
  };
  for (const round of ['first', 'again']) {
    t.strictSame([await batch(), await batch(true), await batch(false)], ['FOUND', 'FOUND', 'REFERRAL'], round);
    t.equal((await top.get(path)).status, 200);
    t.equal((await top.get(`${path}?recursive=false`)).status, 300, 'alone');
  }
});
