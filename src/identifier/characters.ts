/**
 * The first character that no identifier may hold, described as the end of a sentence; null when there is none.
 * Controls break logs, headers and file formats; a lone surrogate has no UTF-8 form.
 */
export function findForbiddenCharacter(text: string): string | null {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x1f && code < 0x7f) continue;
    if (code <= 0x1f || (code >= 0x7f && code <= 0x9f)) return `contains the control character ${name(code)} at ${i}`;
    if (code >= 0xd800 && code <= 0xdfff) {
      const next = text.charCodeAt(i + 1);
      if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff))
        return `contains half a character, ${name(code)}, at ${i}`;
      i++;
    }
  }
  return null;
}

function name(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
