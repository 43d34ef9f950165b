/** The JSON values that an output holds, one after the other, whatever stands between them. */
export function jsonValues(output: string): unknown[] {
  const values: unknown[] = [];
  for (let at = output.indexOf('{'); at >= 0; at = output.indexOf('{', at)) {
    const end = endOfObject(output, at);
    if (end < 0) break;
    values.push(JSON.parse(output.slice(at, end)));
    at = end;
  }
  return values;
}

function endOfObject(text: string, from: number): number {
  let depth = 0;
  let inString = false;
  for (let i = from; i < text.length; i++) {
    const character = text[i];
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return i + 1;
  }
  return -1;
}

/** The same without the members that differ from run to run. */
export function withoutMoments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMoments);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([name]) => name !== 'timestamp');
  return Object.fromEntries(members.map(([name, member]) => [name, withoutMoments(member)]));
}

/** The lines of a shown text that an output does not have; "…" stands for anything, and spaces count once. */
export function missingLines(shown: string, output: string): string[] {
  const squeeze = (text: string) => text.replace(/[ \t]+/g, ' ').trim();
  const lines = output.split('\n').map(squeeze);
  const patternOf = (line: string) => new RegExp(`^${squeeze(line).split('…').map(escapePattern).join('.*')}$`);
  return shown
    .split('\n')
    .filter((line) => line.trim() !== '')
    .filter((line) => !lines.some((candidate) => patternOf(line).test(candidate)));
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
