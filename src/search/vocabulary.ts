import { createLru } from '../cache/lru.ts';
import type { Queryable } from '../database/database.ts';
import { isCorrectable } from './terms.ts';

const LEARN = {
  name: 'learn_words',
  text: `insert into vocabulary (term, documents, near)
    select n.term, n.documents, array(select json_array_elements_text(n.near))
    from unnest($1::text[], $2::bigint[], $3::json[]) as n(term, documents, near) order by n.term
    on conflict (term) do update set documents = vocabulary.documents + excluded.documents`,
};

interface Count {
  /** Records that the table counts, as far as this process has told it. */
  told: number;
  /** Records seen since. */
  untold: number;
}

/**
 * The public words of the catalogue. A word's count is written when it has doubled, not with every record: a word of a
 * million records is written twenty times, and counts of the same size tell which of two spellings is the usual one.
 */
export class Vocabulary {
  readonly #counts = createLru<string, Count>({ max: 100_000 });

  async learn(tx: Queryable, words: Iterable<string>): Promise<void> {
    const due: [term: string, documents: number, near: string][] = [];
    const seen = new Map<string, number>();
    for (const word of words) seen.set(word, (seen.get(word) ?? 0) + 1);
    for (const [word, times] of seen) {
      const count = this.#counts.get(word) ?? { told: 0, untold: 0 };
      count.untold += times;
      if (count.untold >= count.told) {
        due.push([word, count.untold, JSON.stringify(nearOf(word))]);
        count.told += count.untold;
        count.untold = 0;
      }
      this.#counts.set(word, count);
    }
    if (due.length > 0)
      await tx.query(LEARN, [due.map(([term]) => term), due.map(([, n]) => n), due.map(([, , n]) => n)]);
  }
}

/** The word and what is left of it without any one character; nothing of a term that is no word. */
export function nearOf(word: string): string[] {
  if (!isCorrectable(word)) return [];
  const characters = [...word];
  const shorter = characters.map((_, without) => characters.filter((_, at) => at !== without).join(''));
  return [...new Set([word, ...shorter])];
}
