/** A value's place in a record, without its text. */
export interface TextColumn {
  readonly index: number;
  readonly type: string;
}

/** Values that are texts and nothing else, as most rows of an import hold them: what all rows share, and the texts of this one. */
export class TextValues {
  readonly columns: readonly TextColumn[];
  readonly texts: readonly string[];

  constructor(columns: readonly TextColumn[], texts: readonly string[]) {
    this.columns = columns;
    this.texts = texts;
  }

  /** The same as a client would write it. */
  toJson(): object[] {
    return this.columns.map(({ index, type }, i) => ({ index, type, data: this.texts[i] }));
  }
}
