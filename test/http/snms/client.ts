import { createHash } from 'node:crypto';
import { type Answer, callUrl } from '../../support/call.ts';
import type { TestNode } from '../../support/node.ts';

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** What the dated login takes on this day in China. */
export function datedToday(password: string, now = Date.now()): string {
  return sha256(sha256(password) + new Date(now + 8 * 3_600_000).toISOString().slice(0, 10));
}

export function item(handle: string, texts: Record<number, readonly [type: string, text: string]>, version = '1.0') {
  const value = Object.entries(texts).map(([index, [type, text]]) => ({
    ...{ data: { format: 'string', value: text }, auth: '', index: Number(index), type },
  }));
  return { handle, templateVersion: version, value };
}

/** A program as the deployed nodes' documents describe it: it knows the envelope, and logs in anew when its login is over. */
export class SecondLevelClient {
  readonly #node: TestNode;
  readonly #login: () => Promise<Answer>;
  #token = '';
  logins = 0;

  constructor(node: TestNode, login: { username: string; password: string }, { dated = false } = {}) {
    this.#node = node;
    const path = dated ? '/identity/token/v1' : '/identity/token';
    this.#login = () => {
      const body = dated ? { ...login, password: datedToday(login.password) } : login;
      return callUrl('POST', `${node.url}${path}`, { body });
    };
  }

  /** The envelope's parts; the client looks at nothing else. */
  async send(method: string, path: string, body?: unknown): Promise<{ message: string; status: number; data: never }> {
    for (let attempt = 1; ; attempt++) {
      const sent = body === undefined ? {} : { body };
      const { json } = await this.#node.call(method, path, { ...sent, token: this.#token || null });
      if (json.status !== -1 || attempt === 2) return json;
      const { json: answer } = await this.#login();
      if (answer.status !== 1) return answer;
      this.#token = answer.data.token;
      this.logins++;
    }
  }
}
