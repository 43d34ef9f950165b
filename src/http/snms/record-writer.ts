import { Value as Schema } from 'typebox/value';
import { type SnmsItem, SnmsItem as SnmsItemSchema } from '../../../proto/http/snms/data.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { assertRegistrable, type Identifier, parseIdentifier, suffixKey } from '../../identifier/identifier.ts';
import { parseValues } from '../../record/parse-value.ts';
import { isPresent, replaceAll, valuesIn, withdraw } from '../../registry/change-values.ts';
import type { StoredRecord } from '../../registry/stored-record.ts';
import { type RecordWrite, writeRecord } from '../../registry/write-record.ts';
import type { Admission } from '../admission.ts';
import type { Services } from '../services.ts';
import { missing } from './envelope.ts';
import { isBeyond, type RawValue, saysSame, valuesOf } from './item.ts';
import { refused } from './second-level-error.ts';
import type { PublishedHere } from './template-form.ts';
import { templateIdOf } from './template-name.ts';
import { getTemplate } from './templates.ts';

/** Thrown inside a write that finds its work done: nothing is written then. */
const DONE = new Error('The record says so already');

/** Writes records of the second-level interface for one call, whose items share the templates that were read. */
export class RecordWriter {
  readonly #services: Services;
  readonly #admission: Admission;
  readonly #templates = new Map<string, Promise<PublishedHere>>();

  constructor(services: Services, admission: Admission) {
    this.#services = services;
    this.#admission = admission;
  }

  /**
   * Registers a record. One that says just this is there already: the first attempt of a client whose answer was lost has
   * worked, and the second one is told so.
   */
  async create(item: SnmsItem): Promise<void> {
    const target = this.target(item.handle);
    const raw = await this.values(item, target.identifier);
    const values = parseValues(raw, new Date(this.#services.now()));
    const make = replaceAll(values, { overwrite: false });
    const change = (current: StoredRecord | null) => {
      if (isPresent(current) && saysSame(valuesIn(current), raw)) throw DONE;
      return make(current);
    };
    try {
      await writeRecord(this.#services.database, { ...target, change });
    } catch (error) {
      if (error !== DONE) throw error;
    }
  }

  /** Replaces what this interface can say of a record that is there. */
  async update(item: SnmsItem): Promise<void> {
    const target = this.target(item.handle);
    const raw = await this.values(item, target.identifier);
    const values = parseValues(raw, new Date(this.#services.now()));
    const change = (current: StoredRecord | null) => {
      if (!isPresent(current)) throw new KapokError('NOT_FOUND');
      const all = [...valuesIn(current).filter(isBeyond), ...values];
      return replaceAll(
        all.sort((a, b) => a.index - b.index),
        { overwrite: true },
      )(current);
    };
    await writeRecord(this.#services.database, { ...target, change });
  }

  async withdraw(handle: string): Promise<void> {
    await writeRecord(this.#services.database, { ...this.target(handle), change: withdraw(undefined) });
  }

  /** The values that an item stands for. */
  async values(item: SnmsItem, { prefix }: Identifier): Promise<RawValue[]> {
    const id = templateIdOf(prefix, item.templateVersion);
    const key = `${prefix}/${id.name}`;
    const known = this.#templates.get(key) ?? getTemplate(this.#services, id);
    this.#templates.set(key, known);
    return valuesOf(item, await known);
  }

  /** The record that the caller may perhaps write: the database decides, under its lock. */
  target(handle: string): Omit<RecordWrite, 'change'> {
    const identifier = parseIdentifier(handle);
    assertRegistrable(identifier);
    const { prefix, suffix } = identifier;
    const { templates, prefixes } = this.#services;
    const { suffixCase } = this.#admission.maybeWritable(prefixes, prefix);
    const [authority, actor] = [this.#admission.authority(prefix), this.#admission.caller.id];
    return { identifier, suffixKey: suffixKey(suffix, suffixCase), actor, templates, authority };
  }
}

/** One item of a batch. Throws what its own request would be answered with. */
export function readItem(input: unknown): SnmsItem {
  if (Schema.Check(SnmsItemSchema, input)) return input;
  const [first] = Schema.Errors(SnmsItemSchema, input);
  const at = (first?.instancePath ?? '').slice(1).replaceAll('/', '.');
  const [absent] = (first?.params as { requiredProperties?: string[] } | undefined)?.requiredProperties ?? [];
  if (absent !== undefined) throw missing([at, absent].filter(Boolean).join('.'));
  throw refused(`请求参数错误：${[at, first?.message].filter(Boolean).join(' ')}`, at);
}
