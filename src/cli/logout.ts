import { Command } from 'commander';
import { call, refusal } from './call.ts';
import { findCredential, storeCredential } from './credentials.ts';
import { readTarget, type TargetOptions } from './target.ts';

/** `kapok logout`: ends the token of the last login, there and here. */
export function logoutCommand(): Command {
  return new Command('logout')
    .description('End the login at a node.')
    .option('--node <url>', 'the node (KAPOK_URL; otherwise http://127.0.0.1:7088)')
    .action(async (options: Pick<TargetOptions, 'node'>) => {
      const { url } = readTarget(options);
      const credential = findCredential(url);
      if (credential !== null) {
        const { status, json } = await call(
          { url, token: credential.token },
          { method: 'DELETE', path: '/api/v1/login' },
        );
        // A token that is none any more has ended already.
        if (status >= 300 && status !== 401) throw refusal(status, json);
        storeCredential(url, null);
      }
      process.stdout.write(credential === null ? `Nobody is logged in at ${url}\n` : `Logged out at ${url}\n`);
    });
}
