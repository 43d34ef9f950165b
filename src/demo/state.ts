import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the demo remembers of a node between two starts. */
export interface NodeState {
  readonly operatorToken: string;
  /** Where it listened: it does so again, for nodes that users have enrolled below it know it by that. */
  port?: number;
  /** Its records are in. */
  seeded: boolean;
  /** Where its parent's delegation points. */
  delegatedTo: string | null;
}

export type DemoState = Record<string, NodeState>;

const FILE = 'state.json';

export async function readState(dataDir: string): Promise<DemoState> {
  const text = await readFile(join(dataDir, FILE), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  return JSON.parse(text) as DemoState;
}

export function stateOf(state: DemoState, prefix: string): NodeState {
  state[prefix] ??= {
    operatorToken: `kapok_${randomBytes(32).toString('base64url')}`,
    seeded: false,
    delegatedTo: null,
  };
  return state[prefix];
}

/** Replaced whole, readable by its owner alone: it holds tokens. */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export function writeState(dataDir: string, state: DemoState): Promise<void> {
  return writePrivateFile(join(dataDir, FILE), `${JSON.stringify(state, null, 2)}\n`);
}
