/** The text with the digit at `place` replaced by each of the nine others; nothing where no digit stands. */
export function corruptedAt(text: string, place: number): string[] {
  const digit = text[place] ?? '';
  if (!/^[0-9]$/.test(digit)) return [];
  return Array.from('0123456789')
    .filter((other) => other !== digit)
    .map((other) => text.slice(0, place) + other + text.slice(place + 1));
}

/** Every text that differs in one digit. */
export function corrupted(text: string): string[] {
  return Array.from(text).flatMap((_, place) => corruptedAt(text, place));
}
