import { Agent, request } from 'node:http';

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case and values in turn, in the order they came. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

// No connection of a check may still be open, and be counted, while a profile is timed.
const agent = new Agent({ keepAlive: false });

export const JSON_TYPE = { 'content-type': 'application/json' };

export interface HttpRequest {
  readonly method?: string | undefined;
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** One request; redirects are not followed, and headers are kept as they came, to be compared. */
export function callHttp(url: string, { method = 'GET', body, headers = {} }: HttpRequest = {}): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent, timeout: 30_000 }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const raw = answer.rawHeaders.map((text, i) => (i % 2 === 0 ? text.toLowerCase() : text));
        resolve({ status: answer.statusCode ?? 0, headers: raw, body: Buffer.concat(chunks) });
      });
    });
    asked.on('timeout', () => asked.destroy(new Error(`${url} did not answer within 30 s`)));
    asked.on('error', reject);
    asked.end(body);
  });
}

export function headerOf({ headers }: HttpAnswer, name: string): string | null {
  const at = headers.findIndex((text, i) => i % 2 === 0 && text === name);
  return at < 0 ? null : (headers[at + 1] ?? null);
}
