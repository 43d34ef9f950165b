/**
 * Upper-cases ASCII letters and nothing else, as the Handle System does before it compares (RFC 3651 §2).
 * `toUpperCase` would also change "ß" or "ı", which are different identifiers.
 */
export function foldCase(text: string): string {
  return /[a-z]/.test(text) ? text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()) : text;
}
