import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { KapokError } from '../errors/kapok-error.ts';
import type { ChainedEntry } from '../governance/audit/audit-entry.ts';
import { entriesOf } from '../governance/audit/export-lines.ts';
import { LEAST_DAYS } from '../governance/audit/retention.ts';
import { verifyExport } from '../governance/audit/verify-export.ts';
import { linesOf, withKeys, writeExport } from './audit-file.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

interface PruneOptions extends TargetOptions, OutputOptions {
  readonly keep: string;
  readonly reason?: string;
  readonly key?: readonly string[];
}

/** `kapok audit prune FILE`: what the file holds, and `kapok audit verify` accepts, is removed from the node. */
export function pruneCommand(): Command {
  return withKeys(withJson(withTarget(new Command('prune'))))
    .description('Export the audit log to a file, verify that, and remove the entries that need not be kept any more.')
    .argument('<file>', 'a new file, which keeps what is removed')
    .option('--keep <days>', `entries of so many days stay, at least ${LEAST_DAYS}`, String(LEAST_DAYS))
    .option('--reason <text>', 'why, for the audit log')
    .action(async (file: string, { keep, reason, key: keys, ...options }: PruneOptions) => {
      const days = readDays(keep);
      if (existsSync(file)) throw wrong(`${file} is there already, and is not written over`);
      const client = createTargetClient(options);
      await writeExport(client, file);
      const { finding } = await verifyExport(linesOf(file), { keys });
      if (finding !== null) throw wrong(`Nothing was removed, for ${file} is not intact: ${finding.message}`);
      const last = await findLastBefore(file, Date.now() - days * 86_400_000);
      if (last === null) {
        const nothing = { removed: 0, first: null, file };
        return print(
          nothing,
          options,
          `Nothing was removed: the first entry is not ${days} days old. ${file} holds the log`,
        );
      }
      const because = reason === undefined ? {} : { reason };
      const { seq: through, hash } = last;
      const { removed, first } = await client.pruneAudit({ body: { through, hash, days, ...because } });
      const text = `${removed} entries up to ${through} were removed; ${file} holds them. The log begins with ${first}`;
      print({ removed, first, file }, options, text);
    });
}

function readDays(text: string): number {
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (days >= LEAST_DAYS) return days;
  throw wrong(`--keep must be a whole number of days from ${LEAST_DAYS}: so long an audit log has to be kept`);
}

/** The last entry that is older, as all before it are; null: already the first is younger. Entries lie in the order of commits. */
async function findLastBefore(file: string, moment: number): Promise<ChainedEntry | null> {
  let last: ChainedEntry | null = null;
  for await (const entry of entriesOf(linesOf(file))) {
    if (Date.parse(entry.at) >= moment) break;
    last = entry;
  }
  return last;
}

function wrong(message: string): KapokError {
  return new KapokError('BAD_REQUEST', { message });
}
