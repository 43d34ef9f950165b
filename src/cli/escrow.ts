import { generateKeyPairSync } from 'node:crypto';
import { Command } from 'commander';
import { recipientOf } from '../governance/escrow/recipient.ts';
import type { DepositOptions } from './escrow-deposit.ts';
import type { RestoreOptions } from './escrow-restore.ts';
import type { VerifyOptions } from './escrow-verify.ts';
import { writeKey } from './keygen.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

type Options = TargetOptions & OutputOptions;

/** `kapok escrow keygen | deposit | list | verify | restore`: what is kept elsewhere for the day that a node is gone. */
export function escrowCommand(): Command {
  return new Command('escrow')
    .description('Deposit what a node holds, sealed and signed; rebuild a node from it.')
    .addCommand(keygenCommand())
    .addCommand(depositCommand())
    .addCommand(listCommand())
    .addCommand(verifyCommand())
    .addCommand(restoreCommand());
}

function keygenCommand(): Command {
  return withJson(new Command('keygen'))
    .description('Make the key that opens deposits, and print whom they are to be sealed for.')
    .requiredOption('--out <file>', 'where the private key goes: a new file that none but its owner may read')
    .action(({ out, ...options }: { out: string } & OutputOptions) => {
      const { privateKey } = generateKeyPairSync('x25519');
      writeKey(out, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
      const recipient = recipientOf(privateKey);
      print({ recipient }, options, recipient);
    });
}

function depositCommand(): Command {
  return withJson(withTarget(new Command('deposit')))
    .description('Fetch a deposit from a node into a folder.')
    .requiredOption('--to <folder>', 'where deposits are kept; a new one goes on from the newest that is there')
    .requiredOption('--recipient <recipient>', 'who can open it: what `kapok escrow keygen` printed')
    .option('--keys-for <recipient>', "who can open the node's private keys; otherwise the same")
    .option('--no-keys', "without the node's private keys: what is restored is then another node")
    .option('--full', 'all that the node holds')
    .option('--incremental', 'what has changed since the newest deposit in the folder, or fail')
    .action(async (options: DepositOptions) => {
      const { fetchDeposit } = await import('./escrow-deposit.ts');
      await fetchDeposit(options);
    });
}

function listCommand(): Command {
  return withJson(withTarget(new Command('list')))
    .description('List the deposits that a node has made.')
    .action(async (options: Options) => {
      const { deposits } = await createTargetClient(options).listDeposits();
      print(deposits, options, JSON.stringify(deposits, null, 2));
    });
}

function verifyCommand(): Command {
  return withJson(new Command('verify'))
    .description('Check deposits without a node: whole, signed, and none missing.')
    .argument('<folder>')
    .option('--signer <node>', 'the node that must have signed them, "node:" and 43 characters')
    .option('--key <file>', 'the private key: that it opens them is checked, too')
    .action(async (folder: string, options: VerifyOptions) => {
      const { verifyDeposits } = await import('./escrow-verify.ts');
      await verifyDeposits(folder, options);
    });
}

const HELP = `
The restored node has the private key of the one that is gone: its neighbours have pinned that key, and take it for the same
node. Never let both run. With --new-identity it makes a key of its own at its first start, as a standby site must; the node
above must then delegate to it anew.`;

function restoreCommand(): Command {
  return withJson(new Command('restore'))
    .description('Rebuild a node in an empty database from the newest deposit of a folder: all or nothing.')
    .argument('<folder>')
    .requiredOption('--key <file>', 'the private key that opens the deposits')
    .option('--keys-key <file>', "the private key that opens the node's keys, if it is another one")
    .option('--new-identity', 'make another node of it: without the keys of the one that is gone')
    .option('--signer <node>', 'the node that must have signed them, "node:" and 43 characters')
    .option('--database <url>', 'the empty database')
    .option('--data-dir <folder>', 'the data folder of a node that is to run on the embedded server')
    .option(
      '--secret-key-out <file>',
      'where the key of the personal data goes; with --data-dir, where the node looks for it',
    )
    .addHelpText('after', HELP)
    .action(async (folder: string, options: RestoreOptions) => {
      const { restoreNode } = await import('./escrow-restore.ts');
      await restoreNode(folder, options);
    });
}
