import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import {
  MoveDigests,
  MoveFile,
  type Move as MoveJson,
  type MoveNames,
  MoveRecords,
  Move as MoveSchema,
  MoveSettings,
  type MoveTotal,
  type NameDigest,
} from '../../../proto/http/moves.ts';
import type { NodeCaller } from '../../access/node-caller.ts';
import { isNodeKey, type NodeKey, subjectOfKey } from '../../access/node-key.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { httpServersOf } from '../../record/site.ts';
import type { Move } from './move.ts';

export interface SourceClientOptions {
  readonly caller: NodeCaller;
  readonly key: NodeKey;
}

/** Milliseconds: the source reads all that the prefix holds before it answers `finish`. */
const PATIENCE = 20_000;
const FINISH_PATIENCE = 300_000;

/** The node that a prefix comes from: calls are signed with our key, answers with the one that the move names. */
export class SourceClient {
  readonly #options: SourceClientOptions;
  readonly #move: Move;

  constructor(options: SourceClientOptions, move: Move) {
    this.#options = options;
    this.#move = move;
  }

  getSettings(): Promise<MoveSettings> {
    return this.#call(MoveSettings, 'GET', '/settings');
  }

  freeze(): Promise<MoveJson> {
    return this.#call(MoveSchema, 'POST', '/freeze', {});
  }

  async listDigests(after: string): Promise<NameDigest[]> {
    const query = after === '' ? '' : `?after=${encodeURIComponent(after)}`;
    const { digests } = await this.#call(MoveDigests, 'GET', `/digests${query}`);
    digests.reduce((before, { suffixKey }) => {
      if (Buffer.compare(Buffer.from(before), Buffer.from(suffixKey)) < 0) return suffixKey;
      throw new KapokError('UPSTREAM_INVALID', { message: 'It sent names that are not in their order' });
    }, after);
    return digests;
  }

  readRecords(names: MoveNames): Promise<MoveRecords> {
    return this.#call(MoveRecords, 'POST', '/records', names);
  }

  async getFile(sha256: string): Promise<Buffer> {
    return Buffer.from((await this.#call(MoveFile, 'GET', `/files/${sha256}`)).bytes, 'base64');
  }

  finish(total: MoveTotal): Promise<MoveJson> {
    return this.#call(MoveSchema, 'POST', '/finish', total, FINISH_PATIENCE);
  }

  release(): Promise<MoveJson> {
    return this.#call(MoveSchema, 'POST', '/release', {});
  }

  async #call<S extends TSchema>(
    schema: S,
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    timeout = PATIENCE,
  ): Promise<Static<S>> {
    const { caller, key } = this.#options;
    const { prefix, site } = this.#move;
    const [server] = httpServersOf(site);
    if (server === undefined || !isNodeKey(server.publicKey))
      throw new Error('The site of a move has no server with a key');
    const answer = await caller.call({
      method,
      url: `${server.url}/api/v1/moves/${encodeURIComponent(prefix)}${path}`,
      timeout,
      pinned: server.publicKey,
      signedBy: { key, recipient: subjectOfKey(server.publicKey) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const validator = validatorOf(schema);
    if (validator.Check(answer)) return answer as Static<S>;
    const [first] = validator.Errors(answer);
    const message = `Node ${server.url} sent something else than it was asked for: ${first?.instancePath} ${first?.message}`;
    throw new KapokError('UPSTREAM_INVALID', { message });
  }
}

const validators = new Map<TSchema, Validator>();

/** Compiled once, when it is needed: a page of records is checked in 1 ms instead of 200. */
function validatorOf(schema: TSchema): Validator {
  const known = validators.get(schema) ?? Compile(schema);
  validators.set(schema, known);
  return known;
}
