/** A schema that is a constant of its file is told apart by its name; one within another is found by being the same object. */
export class NamedSchemas {
  readonly #names = new Map<unknown, string>();
  readonly #schemas: Record<string, unknown> = {};

  constructor(modules: readonly Readonly<Record<string, unknown>>[]) {
    for (const module of modules) {
      for (const [name, thing] of Object.entries(module)) {
        if (isSchema(name, thing)) this.#names.set(thing, name);
      }
    }
  }

  /** A reference where the schema has a name, otherwise itself, with references within. */
  use(schema: unknown): unknown {
    const name = this.#names.get(schema);
    if (name === undefined) return this.#inside(schema);
    if (!(name in this.#schemas)) {
      this.#schemas[name] = {};
      this.#schemas[name] = this.#inside(schema);
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  /** Those that were used, by name. */
  get used(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(this.#schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #inside(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((item) => this.use(item));
    if (typeof schema !== 'object' || schema === null) return schema;
    return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, this.use(value)]));
  }
}

/** Types and values of one name stand side by side: schemas begin with a capital letter. */
function isSchema(name: string, thing: unknown): boolean {
  return /^[A-Z][a-z]/.test(name) && typeof thing === 'object' && thing !== null && !Array.isArray(thing);
}
