import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { readVariable } from '../config/environment.ts';
import { KapokError } from '../errors/kapok-error.ts';

/** What a login at a node has given. */
export interface Credential {
  readonly token: string;
  readonly subject: string;
  /** RFC 3339, UTC. */
  readonly expiresAt: string;
}

type Credentials = Record<string, Credential>;

/** `$XDG_CONFIG_HOME/kapok/credentials.json`, which none but its owner may read. */
export function credentialsFile(): string {
  return join(readVariable('XDG_CONFIG_HOME') || join(homedir(), '.config'), 'kapok', 'credentials.json');
}

/** The last login at a node, also one that has expired; null when there is none. */
export function findLogin(url: string): Credential | null {
  const credentials = readCredentials();
  return (Object.hasOwn(credentials, url) ? credentials[url] : undefined) ?? null;
}

/** The login at a node; null when there is none, or it has expired. */
export function findCredential(url: string): Credential | null {
  const login = findLogin(url);
  return login === null || isExpired(login) ? null : login;
}

export function isExpired({ expiresAt }: Pick<Credential, 'expiresAt'>): boolean {
  return Date.parse(expiresAt) <= Date.now();
}

/** Keeps what a login gave, or forgets it: null. What has expired at other nodes goes with it. */
export function storeCredential(url: string, credential: Credential | null): void {
  const others = Object.entries(readCredentials()).filter(([node, login]) => node !== url && !isExpired(login));
  const kept = Object.fromEntries(credential === null ? others : [...others, [url, credential]]);
  const file = credentialsFile();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Written beside and moved: nobody reads half of it, and a file that others could read does not stay so.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

function readCredentials(): Credentials {
  const file = credentialsFile();
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read as Credentials;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw unreadable(file, cause);
  }
  throw unreadable(file);
}

function unreadable(file: string, cause?: unknown): KapokError {
  return new KapokError('INVALID_SETTING', { message: `${file} cannot be read; remove it and log in again`, cause });
}
