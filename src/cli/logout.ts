import { Command } from 'commander';
import { ProblemError } from '../../proto/http/client/problem-error.ts';
import { findCredential, storeCredential } from './credentials.ts';
import { createLazyClient } from './lazy-client.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { readTarget, type TargetOptions } from './target.ts';

/** `kapok logout`: ends the token of the last login, there and here. */
export function logoutCommand(): Command {
  return withJson(new Command('logout'))
    .description('End the login at a node.')
    .option('--node <url>', 'the node (KAPOK_URL; otherwise http://127.0.0.1:7088)')
    .action(async (options: Pick<TargetOptions, 'node'> & OutputOptions) => {
      const { url } = readTarget(options);
      const credential = findCredential(url);
      if (credential !== null) {
        await createLazyClient({ url, token: credential.token })
          .logOut()
          .catch((error: unknown) => {
            // A token that is none any more has ended already.
            if (!(error instanceof ProblemError) || error.status !== 401) throw error;
          });
        storeCredential(url, null);
      }
      const ended = { node: url, subject: credential?.subject ?? null };
      print(ended, options, credential === null ? `Nobody is logged in at ${url}` : `Logged out at ${url}`);
    });
}
