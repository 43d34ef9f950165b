import { request } from 'undici';

/** A discovery document or a key set has some kilobytes. */
const MAX_BYTES = 262_144;
export const FETCH_TIMEOUT = 3_000;

/** The text of a document that must be there and must not redirect: its place is configured, or told by what is configured. */
export async function fetchText(url: string): Promise<string> {
  const signal = AbortSignal.timeout(FETCH_TIMEOUT);
  const { statusCode, body } = await request(url, { headers: { accept: 'application/json' }, signal });
  body.on('error', () => {});
  if (statusCode !== 200) {
    body.destroy();
    throw new Error(`${url} answered ${statusCode}`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`${url} holds over ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
