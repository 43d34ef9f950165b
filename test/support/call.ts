import { request } from 'undici';

export interface CallOptions {
  /** JSON when it is no text and no bytes. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** null: without credential. */
  readonly token?: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely.
  readonly json: any;
}

/** One HTTP call; the path goes out as it is written, redirects are not followed. */
export async function callUrl(method: string, url: string, options: CallOptions = {}): Promise<Answer> {
  const answer = await ask(method, url, options);
  const text = await answer.body.text();
  return { status: answer.statusCode, headers: answer.headers, text, json: parse(text) };
}

/** The bytes of an answer that goes well. */
export async function callBytes(method: string, url: string, options: CallOptions = {}): Promise<Buffer> {
  const answer = await ask(method, url, options);
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  if (answer.statusCode !== 200) throw new Error(bytes.toString('utf8'));
  return bytes;
}

function ask(method: string, url: string, options: CallOptions) {
  const { body, headers = {}, token = null } = options;
  const content =
    body === undefined ? {} : { body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const credential = token === null ? {} : { authorization: `Bearer ${token}` };
  return request(url, {
    method: method as 'GET',
    headers: { ...type, ...credential, ...headers },
    ...content,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
