import type { Answer } from '../../support/call.ts';
import type { TestNode } from '../../support/node.ts';
import type { Sample } from '../samples.ts';

const VERSION = '1.0';
const item = { name: '名称', idType: 'name', idIndex: 2000, metadata: { type: 'string', minLength: 0, maxLength: 99 } };
const names = (prefix: string) => ({ prefix, version: VERSION });
const recordOf = (handle: string) => ({
  handle,
  templateVersion: VERSION,
  value: [{ index: 2000, type: 'name', data: { format: 'string', value: 'sample' } }],
});

async function template(prefix: string, node: TestNode) {
  await node.call('POST', '/snms/api/v5/template', { body: { ...names(prefix), items: [item] } });
}

/** A record of the second level that is there. */
async function registered(prefix: string, node: TestNode): Promise<string> {
  await template(prefix, node);
  await node.call('POST', '/identityv2/data', { body: recordOf(`${prefix}/second`) });
  return `${prefix}/second`;
}

const data = '/identityv2/data';

export const SNMS_SAMPLES: Record<string, (prefix: string, node: TestNode) => Sample | Promise<Sample>> = {
  snmsGetData: (prefix) => ({ path: `${data}/detail?handle=${prefix}/sample` }),
  snmsCreateData: async (prefix, node) => {
    await template(prefix, node);
    return { path: data, body: recordOf(`${prefix}/new`) };
  },
  snmsUpdateData: async (prefix, node) => ({ path: data, body: recordOf(await registered(prefix, node)) }),
  snmsDeleteData: async (prefix, node) => ({ path: data, body: { handle: await registered(prefix, node) } }),
  snmsCreateBatch: async (prefix, node) => {
    await template(prefix, node);
    return { path: `${data}/batchCreate`, body: [recordOf(`${prefix}/batched`)] };
  },
  snmsUpdateBatch: async (prefix, node) => ({
    path: `${data}/batchUpdate`,
    body: [recordOf(await registered(prefix, node))],
  }),
  snmsDeleteBatch: async (prefix, node) => ({ path: `${data}/batchDelete`, body: [await registered(prefix, node)] }),
  snmsGetTemplate: (prefix) => ({ path: `/snms/api/v5/template?prefix=${prefix}&version=${VERSION}` }),
  snmsGetTemplateV3: (prefix) => ({ path: `/snms/api/v3/template?prefix=${prefix}&version=${VERSION}` }),
  snmsCreateTemplate: (prefix) => ({ path: '/snms/api/v5/template', body: { ...names(prefix), items: [item] } }),
  snmsCreateTemplateV3: (prefix) => ({ path: '/snms/api/v3/template', body: { ...names(prefix), items: [item] } }),
  snmsUpdateTemplate: (prefix) => ({ path: '/snms/api/v5/template', body: { ...names(prefix), items: [item] } }),
  snmsDeleteTemplate: (prefix) => ({ path: '/snms/api/v5/template', body: { prefix, version: 'none' } }),
  snmsDeleteTemplateV3: (prefix) => ({ path: '/snms/api/v3/template', body: { prefix, version: 'none' } }),
  snmsQueryPrefix: (prefix) => ({ path: `/snms/api/prefix/query?prefix=${prefix}` }),
  snmsListPrefixes: () => ({ path: '/snms/api/prefix/page' }),
  snmsConfigureEnterprise: (prefix) => ({
    path: '/snms/api/ent/config',
    body: { proxyServerId: 1, entPrefixConfig: { entPrefix: `${prefix}.9` } },
  }),
};

const CODES: Record<number, readonly [status: number, code: string]> = {
  [-1]: [401, 'UNAUTHENTICATED'],
  [-3]: [403, 'FORBIDDEN'],
};

/** An answer of the second level as the rest of the interface would give it: HTTP's status, and the catalogue's code. */
export function asHttp(answer: Answer): Answer {
  const { json } = answer;
  const denied = Array.isArray(json?.data) && json.data.some(({ msg }: { msg: string }) => msg === '没有权限');
  const [status, code] = CODES[denied ? -3 : json?.status] ?? [];
  if (status === undefined) return answer;
  const wrong = json.message === '登录已失效，请重新登录' ? 'INVALID_CREDENTIAL' : code;
  return { ...answer, status, json: { ...json, code: wrong } };
}
