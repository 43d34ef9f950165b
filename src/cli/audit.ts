import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import type { AuditEntry } from '../../proto/http/audit.ts';
import { type Verdict, verifyExport } from '../governance/audit/verify-export.ts';
import { brokenOff, linesOf, withKeys, writeExport } from './audit-file.ts';
import { pruneCommand } from './audit-prune.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { readLimit } from './query.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

interface ListOptions extends TargetOptions, OutputOptions {
  readonly actor?: string;
  readonly action?: string;
  readonly kind?: string;
  readonly id?: string;
  readonly prefix?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: string;
}

const PAGE = 1_000;

/** `kapok audit list | export | verify | prune`: who did what, and the proof that nothing of it was altered. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('Search the audit log, export it, verify an export without the node, and remove what is old.')
    .addCommand(listCommand())
    .addCommand(exportCommand())
    .addCommand(verifyCommand())
    .addCommand(pruneCommand());
}

function listCommand(): Command {
  return withJson(withTarget(new Command('list')))
    .description('List who did what, the newest first.')
    .option('--actor <id>', 'only what this one did: the id of a token, or a subject')
    .option('--action <name>', 'only this, such as token.revoke')
    .option('--kind <kind>', 'only what was done to this kind of thing, such as prefix')
    .option('--id <id>', 'only what was done to the thing with this id')
    .option('--prefix <prefix>', 'only what was done at this prefix, or below')
    .option('--from <moment>', 'only at this moment or later, such as 2026-11-23T08:00:00Z')
    .option('--to <moment>', 'only before this moment')
    .option('--limit <number>', 'how many at most', '100')
    .action(async ({ limit, json, node, token, ...asked }: ListOptions) => {
      const target = { ...(node === undefined ? {} : { node }), ...(token === undefined ? {} : { token }) };
      const client = createTargetClient(target);
      let left = readLimit(limit);
      let after: string | undefined;
      do {
        const page = await client.listAudit({ query: { ...asked, limit: Math.min(PAGE, left), after } });
        for (const entry of page.entries) print(entry, json ? { json } : {}, lineOf(entry));
        left -= page.entries.length;
        after = page.next;
      } while (after !== undefined && left > 0);
    });
}

function lineOf({ seq, at, actor, action, id, reason }: AuditEntry): string {
  return [seq, at, actor, action, id, ...(reason === null ? [] : [reason])].join('\t');
}

interface ExportOptions extends TargetOptions, OutputOptions {
  readonly after?: string;
  readonly output?: string;
}

function exportCommand(): Command {
  return withJson(withTarget(new Command('export')))
    .description('Write the whole audit log, an entry a line, and the head that the node has signed.')
    .option('--after <number>', 'begin after this entry; otherwise with the first')
    .option('--output <file>', 'write to this file; otherwise to standard output')
    .action(async ({ after, output, ...options }: ExportOptions) => {
      const client = createTargetClient(options);
      if (output !== undefined) return writeExport(client, output, { after });
      const body = Readable.fromWeb((await client.exportAudit({ query: { after } })) as never);
      await pipeline(body, process.stdout).catch(brokenOff);
    });
}

interface VerifyOptions extends OutputOptions {
  readonly key?: readonly string[];
  readonly earlier?: string;
}

function verifyCommand(): Command {
  return withKeys(withJson(new Command('verify')))
    .description('Prove that an export is whole, or name the first entry that was removed, altered or exchanged.')
    .argument('<file>', 'what `kapok audit export` wrote')
    .option('--earlier <file>', 'an export of before: entries that were there must be the same')
    .action(async (file: string, { key: keys, earlier, ...options }: VerifyOptions) => {
      const before = earlier === undefined ? undefined : linesOf(earlier);
      const verdict = await verifyExport(linesOf(file), { keys, earlier: before });
      print(verdict, options, describe(verdict));
      if (!verdict.intact) process.exitCode = 1;
    });
}

function describe({ entries, first, seq, signedBy, finding, unknown }: Verdict): string {
  const said =
    finding === null
      ? `Intact: ${entries} entries${first === null ? '' : `, ${first} to ${seq}`}, signed by ${signedBy}`
      : `NOT intact: ${finding.message}`;
  return [said, ...unknown.map((text) => `Unknown: ${text}`)].join('\n');
}
