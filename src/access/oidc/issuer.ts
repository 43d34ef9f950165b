import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey, type RemoteJWKSet } from 'jose';
import { isTrustworthyUrl } from '../../config/trustworthy-url.ts';
import { discoveryUrl } from './discovery-url.ts';
import { FETCH_TIMEOUT, fetchText } from './fetch-text.ts';

/** Keys are fetched anew after this time, and once an unknown key is named, but for that not at once again. */
const KEYS_MAX_AGE = 600_000;
const KEYS_COOLDOWN = 10_000;
/** An issuer that fails is not asked again at once: tokens come faster than time-outs end. */
const FAILURE_HOLD = 1_000;
const JSON_TYPE = { 'content-type': 'application/json' };

/** One issuer of tokens: where its keys are, and the keys, both fetched when they are first needed. */
export class Issuer {
  readonly name: string;
  readonly #now: () => number;
  #keys: Promise<RemoteJWKSet> | null = null;
  #failure: { readonly error: unknown; readonly until: number } | null = null;
  #fetches = 0;
  #keySet: { readonly text: string; readonly until: number } | null = null;

  constructor(name: string, now: () => number) {
    this.name = name;
    this.#now = now;
  }

  /** How often the keys have been fetched: by it a caller knows whether an unknown key was looked for. */
  get fetches(): number {
    return this.#fetches;
  }

  /** The key that a token names. Throws what jose throws, or why the keys cannot be had. */
  readonly getKey: JWTVerifyGetKey = async (header, token) => {
    this.#keys ??= this.#discover().catch((error) => {
      this.#keys = null;
      throw error;
    });
    return (await this.#keys)(header, token);
  };

  async #discover(): Promise<RemoteJWKSet> {
    const found = JSON.parse(await this.#fetch(discoveryUrl(this.name))) as { issuer?: unknown; jwks_uri?: unknown };
    // Otherwise whoever can answer at one address could sign in the name of another.
    if (found.issuer !== this.name) throw new Error(`${this.name} calls itself ${String(found.issuer).slice(0, 200)}`);
    const place = found.jwks_uri;
    if (typeof place !== 'string' || !isTrustworthyUrl(place)) throw new Error(`${this.name} has no jwks_uri over TLS`);
    return createRemoteJWKSet(new URL(place), {
      timeoutDuration: FETCH_TIMEOUT,
      // The wait is ours: jose measures it by a clock of its own.
      cooldownDuration: 0,
      cacheMaxAge: KEYS_MAX_AGE,
      [customFetch]: async (url) => new Response(await this.#fetchKeys(url), { status: 200, headers: JSON_TYPE }),
    });
  }

  async #fetchKeys(url: string): Promise<string> {
    if (this.#keySet !== null && this.#now() < this.#keySet.until) return this.#keySet.text;
    const text = await this.#fetch(url);
    this.#fetches++;
    this.#keySet = { text, until: this.#now() + KEYS_COOLDOWN };
    return text;
  }

  async #fetch(url: string): Promise<string> {
    if (this.#failure !== null && this.#now() < this.#failure.until) throw this.#failure.error;
    try {
      const text = await fetchText(url);
      this.#failure = null;
      return text;
    } catch (error) {
      this.#failure = { error, until: this.#now() + FAILURE_HOLD };
      throw error;
    }
  }
}
