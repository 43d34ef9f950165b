import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config/config.ts';
import { type RunningNode, startNode } from '../../src/node.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { assertDescribed } from './assert-described.ts';
import { type Answer, type CallOptions, callUrl } from './call.ts';

/** A token that the tests choose; the node takes it from KAPOK_OPERATOR_TOKEN. */
export const OPERATOR_TOKEN = `kapok_${'t'.repeat(43)}`;

export interface TestNode extends RunningNode {
  /** A call with the operator token, unless another or none is given. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
}

type Settings = Record<string, string>;

/** A node in this process, on a free port, silent; closed at teardown. */
export async function startTestNode(
  t: { teardown(work: () => Promise<unknown>): void },
  settings: Settings,
): Promise<TestNode> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kapok-node-'));
  t.teardown(() => rm(dataDir, { recursive: true, force: true }));
  const environment = {
    ...{ KAPOK_DATA_DIR: dataDir },
    KAPOK_PORT: '0',
    KAPOK_RATE_LIMIT: '0',
    KAPOK_PROBE_SECONDS: '0',
    KAPOK_OPERATOR_TOKEN: OPERATOR_TOKEN,
    ...settings,
  };
  const node = await startNode(readConfig(environment), { log: createLogger({ level: 'silent', node: 'test' }) });
  t.teardown(() => node.close());
  const call = async (method: string, path: string, options: CallOptions) => {
    const answer = await callUrl(method, `${node.url}${path}`, options);
    assertDescribed(method, path, answer);
    return answer;
  };
  return {
    ...node,
    call: (method, path, options) => call(method, path, { token: OPERATOR_TOKEN, ...options }),
    get: (path, headers = {}) => call('GET', path, { headers }),
  };
}
