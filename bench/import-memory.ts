#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { request } from 'undici';
import { type NodeServer, startNodeServer } from './node-server.ts';
import { PostgresServer } from './postgres-server.ts';
import { importLines } from './records.ts';
import { Resources } from './resources.ts';

/**
 * The peak of a node's memory while it imports 100,000 and 1,000,000 rows, each with a process and a database of its own:
 * what it takes must not grow with the file.
 */
const SIZES = [100_000, 1_000_000];
const PREFIX = '88.102';

interface Peak {
  readonly rows: number;
  readonly rate: number;
  /** MiB: VmHWM of proc(5). */
  readonly idle: number;
  readonly peak: number;
}

async function measure(rows: number, { folder, resources }: { folder: string; resources: Resources }): Promise<Peak> {
  const name = `memory_${rows}`;
  const databaseUrl = await new PostgresServer({ folder: join(folder, name), resources }).createDatabase(name);
  const settings = { KAPOK_ROLE: 'industry', KAPOK_PREFIX: PREFIX, DATABASE_URL: databaseUrl };
  const node = await startNodeServer({ name, folder, settings });
  resources.add(() => node.close());
  const idle = peakMemory(node);
  const begun = performance.now();
  const path = await upload(node, rows);
  await call(node, `${path}/results?follow=true&results=failed`);
  const { state, created } = JSON.parse(await call(node, path)) as { state: string; created: number };
  if (state !== 'done' || created !== rows) throw new Error(`The import did not go well: ${state}, ${created} rows`);
  const rate = rows / ((performance.now() - begun) / 1000);
  const peak = peakMemory(node);
  await node.close();
  return { rows, rate, idle, peak };
}

async function upload({ url, operatorToken }: NodeServer, rows: number): Promise<string> {
  const { headers, body } = await request(`${url}/api/v1/imports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/x-ndjson' },
    body: Readable.from(pieces(rows), { objectMode: false }),
  });
  await body.dump();
  return String(headers.location);
}

function* pieces(rows: number): Generator<string> {
  let piece = '';
  for (const line of importLines(PREFIX, { count: rows })) {
    piece += `${line}\n`;
    if (piece.length < 65_536) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

async function call({ url, operatorToken }: NodeServer, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${operatorToken}` };
  const { body } = await request(`${url}${path}`, { headers, bodyTimeout: 0, headersTimeout: 0 });
  return body.text();
}

function peakMemory({ served }: NodeServer): number {
  const [, kilobytes = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${served.pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

const folder = await mkdtemp(join(tmpdir(), `kapok-memory-${process.pid}-`));
// The embedded PostgreSQL of a root runs as nobody, who must be able to pass.
await chmod(folder, 0o711);
const resources = new Resources();
resources.add(() => rm(folder, { recursive: true, force: true }));
try {
  console.log('| rows | per second | MiB before | MiB at most |\n|---:|---:|---:|---:|');
  for (const size of SIZES) {
    const { rows, rate, idle, peak } = await measure(size, { folder, resources });
    console.log(`| ${rows.toLocaleString('en')} | ${Math.round(rate).toLocaleString('en')} | ${idle} | ${peak} |`);
  }
} finally {
  await resources.close();
}
