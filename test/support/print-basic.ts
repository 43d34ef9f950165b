/** `Authorization: Basic …` of a secret key, as a client writes it. */
export function printBasic(id: string, secret: string | Uint8Array): string {
  const user = Buffer.from(`${encodeURIComponent(id)}:`);
  return `Basic ${Buffer.concat([user, Buffer.from(secret)]).toString('base64')}`;
}
