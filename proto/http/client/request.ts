import { encodePath } from '../../../src/identifier/percent-encoding.ts';
import type { Operation } from '../operation.ts';
import type { Bytes } from './types.ts';

/** What a call takes, whatever the operation. */
export interface AnyAsked {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly body?: unknown;
  readonly upload?: Bytes;
  readonly type?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Path and query of a call. */
export function targetOf({ path }: Operation, { params = {}, query = {} }: AnyAsked): string {
  const filled = path.replace(/\{(\+?)(\w+)\}/g, (_, rest: string, name: string) => {
    const text = params[name];
    if (text === undefined) throw new TypeError(`The parameter ${name} of ${path} is missing`);
    return rest === '+' ? encodePath(text) : encodeURIComponent(text);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) if (one !== undefined) search.append(name, String(one));
  }
  const text = search.toString();
  return text === '' ? filled : `${filled}?${text}`;
}

/** The headers of a call, beside those of the client. */
export function headersOf({ headers = {}, body, upload, type }: AnyAsked): Record<string, string> {
  const given = Object.entries(headers).flatMap(([name, text]) =>
    text === undefined ? [] : [[name.toLowerCase(), text]],
  );
  const content = upload === undefined ? (body === undefined ? undefined : 'application/json') : type;
  return { ...Object.fromEntries(given), ...(content === undefined ? {} : { 'content-type': content }) };
}

export function contentOf({ body, upload }: AnyAsked): Pick<RequestInit, 'body'> & { duplex?: 'half' } {
  if (upload === undefined) return body === undefined ? {} : { body: JSON.stringify(body) };
  // A stream goes out while the answer may already come in; fetch must be told (Fetch standard §5.4).
  return upload instanceof ReadableStream ? { body: upload, duplex: 'half' } : { body: upload };
}
