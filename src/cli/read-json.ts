import { readFile } from 'node:fs/promises';
import { KapokError } from '../errors/kapok-error.ts';

/** The JSON of a file. What is wrong with it beyond that is said by the node. */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const message = `${file} cannot be read as JSON: ${(cause as Error).message}`;
    throw new KapokError('BAD_REQUEST', { message, cause });
  }
}
