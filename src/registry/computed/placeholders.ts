import { invalid } from '../../record/checks.ts';
import type { Value } from '../../record/value.ts';

const BRACE = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/** What the placeholders of a text stand for. */
export type Meaning = (name: string) => string;

/**
 * The values with their placeholders filled: `{counter}` in a text of the format "string"; `{{` and `}}` are braces. Nothing
 * but names is known, and what a name stands for is put in as it is: it is not read again.
 */
export function fillValues(values: readonly Value[], meaning: Meaning): Value[] {
  return values.map((value) =>
    value.data.format === 'string' && /[{}]/.test(value.data.value)
      ? { ...value, data: { format: 'string', value: fillText(value.data.value, meaning) } }
      : value,
  );
}

/** Throws INVALID_VALUE, which names the value, unless each placeholder is one of these names. */
export function assertPlaceholders(values: readonly Value[], names: readonly string[]): void {
  for (const { index, type, data } of values) {
    if (data.format !== 'string') continue;
    for (const [found, name] of data.value.matchAll(BRACE)) {
      if (found === '{{' || found === '}}' || (name !== undefined && names.includes(name))) continue;
      const reason = name === undefined ? 'a brace without its other one' : `the unknown placeholder {${name}}`;
      const remedy = `there are ${names.map((one) => `{${one}}`).join(', ')}; a brace itself is written twice`;
      throw invalid(type, `(index ${index}) has ${reason}: ${remedy}`);
    }
  }
}

function fillText(text: string, meaning: Meaning): string {
  return text.replace(BRACE, (found: string, name: string | undefined) => {
    if (name !== undefined) return meaning(name);
    return found.slice(0, 1);
  });
}
