import type { Command } from 'commander';
import type { Client } from '../../proto/http/client/client.ts';
import { readVariable } from '../config/environment.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { type Credential, findLogin, isExpired } from './credentials.ts';
import { createLazyClient } from './lazy-client.ts';

/** The node a command talks to. */
export interface Target {
  readonly url: string;
  readonly token: string | undefined;
  /** The login whose token this is, or would be if it had not expired. */
  readonly login?: Credential | undefined;
}

export interface TargetOptions {
  readonly node?: string;
  /** Null: none, also not that of the environment. */
  readonly token?: string | null;
}

export function withTarget(command: Command): Command {
  return command
    .option('--node <url>', 'the node to talk to (KAPOK_URL; otherwise http://127.0.0.1:7088)')
    .option(
      '--token <token>',
      'the bearer token (KAPOK_TOKEN, which does not show in ps; otherwise that of `kapok login`)',
    );
}

export function readTarget(options: TargetOptions): Target {
  const url = (options.node ?? readVariable('KAPOK_URL') ?? 'http://127.0.0.1:7088').replace(/\/+$/, '');
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new KapokError('INVALID_SETTING', { message: '--node must be a URL that begins with http:// or https://' });
  }
  if (options.token === null) return { url, token: undefined };
  const given = options.token ?? readVariable('KAPOK_TOKEN');
  if (given !== undefined) return { url, token: given };
  const login = findLogin(url) ?? undefined;
  return { url, token: login === undefined || isExpired(login) ? undefined : login.token, login };
}

export function createTargetClient(options: TargetOptions): Client {
  return createLazyClient(readTarget(options));
}

export function headersOf({ token }: Target): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}
