import { join } from 'node:path';

/** Where the embedded server of a node keeps its data; `name` is the node's prefix, or "resolver". */
export function nodeFolderOf(dataDir: string, name: string): string {
  return join(dataDir, `node-${fileNameOf(name)}`);
}

/** Where a node keeps a secret key that it has made itself. */
export function secretKeyFileOf(dataDir: string, name: string): string {
  return join(dataDir, `${fileNameOf(name)}.secret-key`);
}

function fileNameOf(name: string): string {
  return name.replace(/[^A-Za-z0-9.-]/g, '_');
}
