import { Command } from 'commander';
import { KapokError } from '../errors/kapok-error.ts';
import { credentialsFile, storeCredential } from './credentials.ts';
import { print, withJson } from './output.ts';
import { proveKey, readPrivateKey, readSecret, readText } from './prove-key.ts';
import { readTarget, type Target, type TargetOptions } from './target.ts';

interface Options extends Pick<TargetOptions, 'node'> {
  readonly id?: string;
  readonly key?: string;
  readonly secretFile?: string;
  readonly oidcTokenFile?: string;
  readonly hours?: number;
  readonly json?: true;
}

/** `kapok login`: proves who one is, and keeps the token that the node gives for it. */
export function loginCommand(): Command {
  return withJson(new Command('login'))
    .description('Log in at a node with a key or an OpenID Connect token; later commands use the token it gives.')
    .option('--node <url>', 'the node to log in at (KAPOK_URL; otherwise http://127.0.0.1:7088)')
    .option('--id <index:identifier>', 'the key, such as 300:88.101.1001/ADMIN')
    .option('--key <file>', 'the private key of an HS_PUBKEY value: PEM, Ed25519 or RSA')
    .option('--secret-file <file>', 'the secret of an HS_SECKEY value; it does not leave this machine')
    .option('--oidc-token-file <file>', 'an access token of an issuer that the node trusts')
    .option('--hours <number>', 'hours until the token expires, up to 24; otherwise 12', Number)
    .action(async ({ hours, ...options }: Options) => {
      const target = readTarget(options);
      const authorization = await authorizationOf(target, options);
      const body = hours === undefined ? {} : { hours };
      const { createClient } = await import('../../proto/http/client/client.ts');
      const { token, subject, expiresAt } = await createClient({ url: target.url, authorization }).logIn({ body });
      storeCredential(target.url, { token, subject, expiresAt });
      const told = { node: target.url, subject, expiresAt, file: credentialsFile() };
      print(told, options, `Logged in at ${target.url} as ${subject}, until ${expiresAt}`);
    });
}

async function authorizationOf(target: Target, { id, key, secretFile, oidcTokenFile }: Options): Promise<string> {
  const ways = [key, secretFile, oidcTokenFile].filter((way) => way !== undefined);
  if (ways.length !== 1) throw usage('One of --key, --secret-file and --oidc-token-file is needed');
  if (oidcTokenFile !== undefined) return `Bearer ${readText(oidcTokenFile).trim()}`;
  if (id === undefined) throw usage('--id names the key, such as 300:88.101.1001/ADMIN');
  return proveKey(target, id, key === undefined ? readSecret(secretFile ?? '') : readPrivateKey(key));
}

function usage(message: string): KapokError {
  return new KapokError('INVALID_SETTING', { message });
}
