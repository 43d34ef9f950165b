import { createHmac, randomBytes } from 'node:crypto';
import type { SealedPlace, SecretBox } from '../secrets/secret-box.ts';

const SECRET_BYTES = 32;
const FORM = 'whsec_';
/** How long the secret before a rotation signs too, in milliseconds: whoever receives has a day to take over the new one. */
const OVERLAP = 86_400_000;

/** The secrets of a webhook, `whsec_` and base64; `former` signs until `until`, in milliseconds of the epoch. */
interface Secrets {
  readonly secret: string;
  readonly former?: { readonly secret: string; readonly until: number };
}

export interface SealedSecret {
  /** Shown once. */
  readonly secret: string;
  readonly sealed: Buffer;
}

/** A new secret, sealed for the webhook with this id. */
export function createSecret(box: SecretBox, id: string): SealedSecret {
  const secret = `${FORM}${randomBytes(SECRET_BYTES).toString('base64')}`;
  return { secret, sealed: box.sealJson({ secret } satisfies Secrets, placeOf(id)) };
}

/** A new secret beside the one that was in use so far. */
export function rotateSecret(
  box: SecretBox,
  { id, sealed }: { id: string; sealed: Buffer },
  now: number,
): SealedSecret {
  const { secret: former } = box.openJson(sealed, placeOf(id)) as Secrets;
  const { secret } = createSecret(box, id);
  const both: Secrets = { secret, former: { secret: former, until: now + OVERLAP } };
  return { secret, sealed: box.sealJson(both, placeOf(id)) };
}

/** The secrets with which a message is signed now. */
export function secretsInUse(box: SecretBox, { id, sealed }: { id: string; sealed: Buffer }, now: number): string[] {
  const { secret, former } = box.openJson(sealed, placeOf(id)) as Secrets;
  return [secret, ...(former !== undefined && former.until > now ? [former.secret] : [])];
}

/** `webhook-signature` of the Standard Webhooks specification: `v1,` and base64, for each secret. */
export function signMessage(
  secrets: readonly string[],
  { id, timestamp, body }: { id: string; timestamp: number; body: string },
): string {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(FORM.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return signatures.join(' ');
}

function placeOf(id: string): SealedPlace {
  return { table: 'webhooks', row: id, field: 'sealed' };
}
