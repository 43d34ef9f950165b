import { type ByteText, concat, escapeCopy, toBytes, toText } from './byte-text.ts';
import type { TextValues } from './text-values.ts';

/** The JSON of a record that waits to be stored. */
export interface RecordJson {
  /** Bytes. */
  readonly size: number;
  toText(): string;
  /** A field of COPY's text. */
  toField(): ByteText;
}

export class WholeRecord implements RecordJson {
  readonly #text: string;
  readonly size: number;

  constructor(text: string) {
    this.#text = text;
    this.size = Buffer.byteLength(text);
  }

  toText(): string {
    return this.#text;
  }

  toField(): ByteText {
    return escapeCopy(toBytes(this.#text));
  }
}

/** What stands in a record before, between and behind its texts. */
export interface Frames {
  readonly pieces: readonly ByteText[];
  /** Bytes of all of them. */
  readonly size: number;
  /** None holds a backslash. */
  readonly verbatim: boolean;
}

/** A record of texts in frames that many share. It is put together when it goes out: rows that wait are to be small. */
export class FramedRecord implements RecordJson {
  readonly #frames: Frames;
  readonly #values: TextValues;
  readonly size: number;

  constructor(frames: Frames, values: TextValues) {
    this.#frames = frames;
    this.#values = values;
    let size = frames.size;
    for (const text of values.texts) size += text.length;
    this.size = size;
  }

  toText(): string {
    return toText(this.#bytes());
  }

  toField(): ByteText {
    const bytes = this.#bytes();
    // Of the two nothing but backslashes could stand in the way: JSON has no tabs or line feeds of its own.
    return this.#frames.verbatim && this.#values.verbatim ? bytes : escapeCopy(bytes);
  }

  #bytes(): ByteText {
    const { pieces } = this.#frames;
    const { texts } = this.#values;
    let bytes = pieces[0] as ByteText;
    for (let i = 0; i < texts.length; i++) {
      bytes = concat(concat(bytes, texts[i] as ByteText), pieces[i + 1] as ByteText);
    }
    return bytes;
  }
}
