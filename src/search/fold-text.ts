/** A text as search compares it, and where each of its UTF-16 units stood in the original. */
export interface FoldedText {
  readonly text: string;
  /** `at[i]` is the original offset of unit i; one entry more than `text` has units. */
  readonly at: readonly number[];
}

const LATIN_MARK = /(?<=\p{Script=Latin})\p{M}+/gu;
const KNOWN = new Map<string, string>();

/**
 * NFKC, small letters, and Latin letters without their accents: "Ｍ８", "ｍ8" and "M8" are the same, as are "Größe" and
 * "große". Character by character, so that what is found can be marked in the original.
 */
export function foldText(text: string): FoldedText {
  let folded = '';
  const at: number[] = [];
  let offset = 0;
  for (const character of text) {
    const part = foldCharacter(character);
    // An accent that stands for itself after its letter.
    const lone = part !== '' && /^\p{M}+$/u.test(part) && /\p{Script=Latin}$/u.test(folded);
    if (!lone) {
      folded += part;
      for (let i = 0; i < part.length; i++) at.push(offset);
    }
    offset += character.length;
  }
  at.push(offset);
  return { text: folded, at };
}

function foldCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? String.fromCharCode(code + 0x20) : character;
  const known = KNOWN.get(character);
  if (known !== undefined) return known;
  const folded = character.normalize('NFKC').toLowerCase().normalize('NFD').replace(LATIN_MARK, '').normalize('NFC');
  // As many entries as Unicode has characters, at most.
  KNOWN.set(character, folded);
  return folded;
}
