import { type ByteText, escapeJson, toText } from './byte-text.ts';

/** A value's place in a record, without its text. */
export interface TextColumn {
  readonly index: number;
  readonly type: string;
}

/** Values that are texts and nothing else, as most rows of an import hold them: what all rows share, and the texts of this one. */
export class TextValues {
  readonly columns: readonly TextColumn[];
  /** As JSON has them between two quotes. */
  readonly texts: readonly ByteText[];
  /** None of them holds a backslash. */
  readonly verbatim: boolean;

  constructor(columns: readonly TextColumn[], { texts, verbatim }: Pick<TextValues, 'texts' | 'verbatim'>) {
    this.columns = columns;
    this.texts = texts;
    this.verbatim = verbatim;
  }

  /** The same as a client would write it. */
  toJson(): object[] {
    const parse = (text: string) => (this.verbatim ? text : JSON.parse(`"${text}"`));
    return this.columns.map(({ index, type }, i) => ({ index, type, data: parse(toText(this.texts[i] as ByteText)) }));
  }
}

/** Values of texts that nobody has escaped; null when a text holds what no record can. */
export function textValues(columns: readonly TextColumn[], texts: readonly ByteText[]): TextValues | null {
  let verbatim = true;
  const escaped = texts.map((text) => {
    const json = escapeJson(text);
    if (json !== text) verbatim = false;
    return json;
  });
  if (!verbatim && texts.some((text) => text.indexOf('\0') >= 0)) return null;
  return new TextValues(columns, { texts: escaped, verbatim });
}
