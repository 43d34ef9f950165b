import { type ByteText, concat, EMPTY, toBytes } from './byte-text.ts';

const LINE_FEED = toBytes('\n');

/**
 * One record of CSV (RFC 4180 §2), taken line by line: a quoted field may go on in the next one. It is read here and not
 * by a package so that a record that is broken, or too long, ends with its line and costs no record after it.
 */
export class CsvRecord {
  readonly fields: ByteText[] = [];
  /** What the quoted field that is open holds so far; null: none is open. */
  #quoted: ByteText | null = null;

  /** Whether the record goes on in the next line. */
  get isOpen(): boolean {
    return this.#quoted !== null;
  }

  /** Takes the next line, without its line feed; null when it is well formed, else why it is not. */
  take(line: ByteText): string | null {
    const end = line.endsWith('\r') ? line.length - 1 : line.length;
    for (let at = 0; ; ) {
      if (this.#quoted === null && !line.startsWith('"', at)) {
        const comma = line.indexOf(',', at);
        const field = line.slice(at, comma < 0 ? end : comma);
        if (field.indexOf('"') >= 0) return 'a field that holds a quote must be quoted, and the quote doubled';
        this.fields.push(field);
        if (comma < 0) return null;
        at = comma + 1;
        continue;
      }
      if (this.#quoted === null) {
        this.#quoted = EMPTY;
        at++;
      }
      const quote = line.indexOf('"', at);
      if (quote < 0) {
        this.#quoted = concat(this.#quoted, concat(line.slice(at), LINE_FEED));
        return null;
      }
      // Of a doubled quote the first one belongs to the field.
      const isDoubled = line.startsWith('"', quote + 1);
      this.#quoted = concat(this.#quoted, line.slice(at, isDoubled ? quote + 1 : quote));
      if (isDoubled) {
        at = quote + 2;
        continue;
      }
      this.fields.push(this.#quoted);
      this.#quoted = null;
      if (quote + 1 >= end) return null;
      if (!line.startsWith(',', quote + 1)) return 'something follows the closing quote of a field';
      at = quote + 2;
    }
  }
}
