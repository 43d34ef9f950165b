import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import { KapokError } from '../../errors/kapok-error.ts';
import { Issuer } from './issuer.ts';

/** Signatures by a key pair alone: with a shared secret the node could sign what it checks. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** Access tokens (RFC 9068 §2.1), and the plain type that many issuers still give them. */
const TYPES = ['at+jwt', 'application/at+jwt', 'jwt'];
const CLOCK_SKEW_SECONDS = 30;
/** OpenID Connect Core 1.0 §2: a subject has at most 255 characters of ASCII. */
const SUBJECT = /^[\x21-\x7e]{1,255}$/;
const JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

export interface TokenVerifierOptions {
  readonly issuers: readonly string[];
  /** What a token must name as its audience. */
  readonly audience: string;
  readonly now: () => number;
}

/** What a token of an issuer proves. */
export interface VerifiedToken {
  /** `oidc:ISSUER#SUBJECT`. */
  readonly subject: string;
  readonly expiresAt: Date;
}

export function isJwt(token: string): boolean {
  return JWT.test(token);
}

/** Checks access tokens of the OpenID Connect issuers that this node trusts. */
export class TokenVerifier {
  readonly #issuers: ReadonlyMap<string, Issuer>;
  readonly #audience: string;
  readonly #now: () => number;

  constructor({ issuers, audience, now }: TokenVerifierOptions) {
    this.#issuers = new Map(issuers.map((name) => [name, new Issuer(name, now)]));
    this.#audience = audience;
    this.#now = now;
  }

  /** Throws INVALID_CREDENTIAL with the reason, and ISSUER_UNAVAILABLE for a token that cannot be checked now. */
  async verify(token: string): Promise<VerifiedToken> {
    const issuer = this.#issuers.get(claimedIssuer(token) ?? '');
    if (issuer === undefined) throw refused('is of an issuer that this node does not trust');
    const { fetches } = issuer;
    try {
      const { payload, protectedHeader } = await jwtVerify(token, issuer.getKey, {
        issuer: issuer.name,
        audience: this.#audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_SKEW_SECONDS,
        currentDate: new Date(this.#now()),
        requiredClaims: ['exp', 'sub'],
      });
      const { typ } = protectedHeader;
      if (typ !== undefined && !TYPES.includes(String(typ).toLowerCase())) throw refused('is no access token');
      return verified(issuer.name, payload);
    } catch (error) {
      throw this.#translate(error, issuer, fetches);
    }
  }

  #translate(error: unknown, issuer: Issuer, fetches: number): unknown {
    if (error instanceof KapokError) return error;
    if (error instanceof errors.JWKSNoMatchingKey) {
      // Keys that were fetched a moment ago are not fetched again: whether the key is a new one is not known then.
      return issuer.fetches > fetches
        ? refused('is signed by no key of its issuer', error)
        : unavailable(issuer, error);
    }
    if (error instanceof errors.JWTExpired) return refused('has expired', error);
    if (error instanceof errors.JWTClaimValidationFailed)
      return refused(`has a claim that is not right: ${error.claim}`, error);
    if (error instanceof errors.JOSEAlgNotAllowed)
      return refused(`must be signed with ${ALGORITHMS.join(', ')}`, error);
    const aboutKeys = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
    if (error instanceof errors.JOSEError && !aboutKeys && error.constructor !== errors.JOSEError)
      return refused('is malformed, or its signature is wrong', error);
    return unavailable(issuer, error);
  }
}

function verified(issuer: string, { sub = '', exp = 0 }: JWTPayload): VerifiedToken {
  if (!SUBJECT.test(sub)) throw refused('has a subject that is not 1 to 255 visible ASCII characters');
  return { subject: `oidc:${issuer}#${sub}`, expiresAt: new Date(exp * 1000) };
}

/** Who a token says it is from, before anything is checked: only to know whose keys to ask for. */
function claimedIssuer(token: string): string | null {
  try {
    return decodeJwt(token).iss ?? null;
  } catch {
    return null;
  }
}

function refused(reason: string, cause?: unknown): KapokError {
  return new KapokError('INVALID_CREDENTIAL', { message: `The token ${reason}`, cause });
}

function unavailable({ name }: Issuer, cause: unknown): KapokError {
  const message = `The token cannot be checked: the keys of ${name} cannot be had at the moment`;
  return new KapokError('ISSUER_UNAVAILABLE', { message, cause });
}
