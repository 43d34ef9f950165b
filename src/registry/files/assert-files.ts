import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { ItemText } from '../../record/template/demands.ts';
import type { Item } from '../../record/template/template.ts';
import { hashOfText } from './file-name.ts';
import { type FileInfo, findFiles } from './files.ts';

/**
 * Throws INVALID_VALUE, which names the item, unless each file was uploaded under the prefix of the record and is as its item
 * says. Files are never removed, so that what holds now holds at the commit.
 */
export async function assertFiles(database: Queryable, prefix: Prefix, named: readonly ItemText[]): Promise<void> {
  if (named.length === 0) return;
  const hashes = named.map(({ text }) => hashOfText(text));
  const found = new Map((await findFiles(database, prefix, hashes)).map((file) => [file.sha256.toString('hex'), file]));
  for (const { item, text } of named) {
    const reason = whyUnfit(item, found.get(hashOfText(text).toString('hex')), prefix);
    if (reason === null) continue;
    throw new KapokError('INVALID_VALUE', { message: `${item.type} (index ${item.index}) ${reason}`, at: item.type });
  }
}

function whyUnfit({ fileTypes, maxSize }: Item, file: FileInfo | undefined, prefix: Prefix): string | null {
  if (file === undefined) return `names a file that was not uploaded under ${prefix}`;
  if (fileTypes !== undefined && !fileTypes.includes(file.type))
    return `names a file of the type ${file.type}; it must be one of ${fileTypes.join(', ')}`;
  if (maxSize !== undefined && file.size > maxSize) return `names a file of ${file.size} bytes; at most ${maxSize}`;
  return null;
}
