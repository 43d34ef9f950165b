const MAX_LINE = 16 * 1024 * 1024;

/** The JSON values of a stream with one a line, such as an export or the results of an import. */
export async function* readLines<T = unknown>(stream: ReadableStream<Uint8Array>): AsyncGenerator<T, void, undefined> {
  let rest = '';
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const lines = (rest + decoder.decode(part.value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_LINE) throw new RangeError(`A line is over ${MAX_LINE} characters`);
      for (const line of lines) if (line !== '') yield JSON.parse(line) as T;
    }
    if (rest !== '') yield JSON.parse(rest) as T;
  } finally {
    await reader.cancel();
  }
}
