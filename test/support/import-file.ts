import type { Answer, CallOptions } from './call.ts';

interface Importing {
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

export interface ImportOptions {
  readonly query?: string;
  readonly type?: string;
  readonly token?: string;
}

export interface Imported {
  /** The answer to the upload: 202, or why it was refused. */
  readonly answer: Answer;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely.
  readonly job: any;
  /** The result of each row. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely.
  readonly lines: any[];
}

/** Imports a file and waits for the end of the job; of one that is refused there is only the answer. */
export async function importFile(
  node: Importing,
  body: string,
  { query = '', type = 'application/x-ndjson', token }: ImportOptions = {},
): Promise<Imported> {
  const credential = token === undefined ? {} : { token };
  const answer = await node.call('POST', `/api/v1/imports${query}`, {
    ...{ body, ...credential },
    headers: { 'content-type': type },
  });
  if (answer.status !== 202) return { answer, job: null, lines: [] };
  const path = String(answer.headers.location);
  const results = await node.call('GET', `${path}/results?follow=true`, credential);
  const { json: job } = await node.call('GET', path, credential);
  const lines = results.text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  return { answer, job, lines };
}
