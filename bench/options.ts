import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import type { Profile } from './profile.ts';
import { PROFILES } from './profiles/index.ts';
import { type Peer, peerProfiles } from './profiles/peer.ts';
import { HOT_RECORDS } from './records.ts';

export interface BenchOptions {
  readonly profiles: readonly Profile[];
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
  readonly connections: number;
  /** Records a node holds, when it is not the default. */
  readonly records?: number;
  /** Prefixes that a node delegates, when it is not the default. */
  readonly delegations?: number;
  /** Processes of a node in the profiles that have several. */
  readonly workers?: number;
  /** Where the result goes as JSON, too. */
  readonly json?: string;
  /** Where it goes as a page with plots. */
  readonly html?: string;
  /** The folder of the servers, which stays: catalogues that were filled in it need not be filled again. */
  readonly keep?: string;
  readonly peer?: Peer;
}

interface Flags {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  readonly records?: number;
  readonly delegations?: number;
  readonly workers?: number;
  readonly json?: string;
  readonly html?: string;
  readonly keep?: string;
  readonly peer?: string;
  readonly identifiers?: string;
  readonly list?: true;
}

/** The command line; null when it only asked for the list, which has been printed. */
export function parseOptions(argv: readonly string[]): BenchOptions | null {
  const command = new Command('bench')
    .description('Starts servers of its own and measures how fast they answer, beside a bare node:http server.')
    .argument('[profiles...]', 'profiles to run; all when none is named')
    .option('--rounds <n>', 'times each profile is measured; the medians are shown', whole(1, 1000), 3)
    .option('--seconds <n>', 'length of each measurement', seconds, 5)
    .option('--connections <n>', 'connections, each with one request under way', whole(1, 10_000), 64)
    .option(
      '--records <n>',
      'identifiers that a node holds (default: 50000, of some profiles 1 or 10 million)',
      whole(HOT_RECORDS, 10_000_000),
    )
    .option(
      '--delegations <n>',
      'prefixes that profile scale-delegations delegates (default: 1000000)',
      whole(1, 9_000_000),
    )
    .option('--workers <n>', 'processes of the node in profiles workers and write-mix (default: 2)', whole(2, 64))
    .option('--json <file>', 'write the result to this file, too')
    .option('--html <file>', 'write it to this file as a page with plots')
    .option('--keep <folder>', "keep the servers' data there: what is filled already is used again")
    .option('--peer <url>', "measure a running server with Handle's REST interface instead")
    .option('--identifiers <file|list>', 'what to ask the peer: a file of one identifier a line, or one,two')
    .option('--list', 'list the profiles')
    .parse([...argv], { from: 'user' });
  const { list, peer: url, identifiers, ...rest } = command.opts<Flags>();
  if (list) {
    for (const { name, about } of PROFILES) console.log(`${name.padEnd(20)}${about}`);
    return null;
  }
  if ((url === undefined) !== (identifiers === undefined)) command.error('--peer and --identifiers belong together');
  if (url === undefined) return { ...rest, profiles: pick(command, PROFILES) };
  const peer = { url: url.replace(/\/+$/, ''), identifiers: readIdentifiers(command, identifiers ?? '') };
  return { ...rest, peer, profiles: pick(command, peerProfiles(peer)) };
}

function pick(command: Command, all: readonly Profile[]): readonly Profile[] {
  const names = all.map(({ name }) => name);
  const unknown = command.args.find((name) => !names.includes(name));
  if (unknown !== undefined) command.error(`There is no profile "${unknown}"; there are ${names.join(', ')}`);
  return command.args.length === 0 ? all : all.filter(({ name }) => command.args.includes(name));
}

function readIdentifiers(command: Command, given: string): string[] {
  let text = given;
  try {
    text = readFileSync(given, 'utf8');
  } catch {
    // It is no file that we can read: then it is the list itself, and every identifier holds a slash.
  }
  const identifiers = text.split(text === given ? ',' : /\r?\n/).flatMap((item) => item.trim() || []);
  const odd = identifiers.find((item) => !item.includes('/'));
  if (odd !== undefined || identifiers.length === 0) {
    command.error(`--identifiers: ${JSON.stringify(odd ?? given)} is neither a file nor an identifier`);
  }
  return identifiers;
}

function seconds(text: string): number {
  const number = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && number >= 0.1 && number <= 3600) return number;
  throw new InvalidArgumentError('It must be a number of seconds from 0.1 to 3600.');
}

function whole(min: number, max: number) {
  return (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}
