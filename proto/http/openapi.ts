import { NamedSchemas } from './named-schemas.ts';
import type { Operation, OperationAnswer, Parameter } from './operation.ts';
import { PROBLEM_MEDIA_TYPE, Problem } from './problem.ts';
import { securityOf, securitySchemes } from './security.ts';
import { TAGS } from './tags.ts';
import { VERSION } from './version.ts';

type Json = Readonly<Record<string, unknown>>;

export interface OpenApiSource {
  readonly operations: readonly Operation[];
  /** Exports of the files that hold them: their schemas get their names. */
  readonly resources: readonly Readonly<Record<string, unknown>>[];
}

/** The HTTP interface as an OpenAPI 3.1 document. */
export function createOpenApi({ operations, resources }: OpenApiSource): Json {
  const schemas = new NamedSchemas([...resources, { Problem }]);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const described of operations) {
    const path = described.path.replace('{+', '{');
    paths[path] = { ...paths[path], [described.method.toLowerCase()]: operationOf(described, schemas) };
  }
  const failures = failuresOf(schemas);
  const used = new Set(operations.map(({ tag }) => tag));
  return {
    openapi: '3.1.1',
    info: {
      title: 'Kapok 木棉',
      version: VERSION,
      summary: 'Industrial identifier resolution: registration, resolution, query and search',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: schemas.used, responses: failures, securitySchemes },
  };
}

function operationOf(described: Operation, schemas: NamedSchemas): Json {
  const { id, tag, summary, permission, answers, handleErrors } = described;
  const failure = { $ref: `#/components/responses/${handleErrors ? 'HandleFailure' : 'Failure'}` };
  const responses = Object.entries(answers).map(([status, answer]) => [status, answerOf(answer, schemas)]);
  return {
    operationId: id,
    tags: [tag],
    summary,
    'x-permission': permission,
    security: securityOf(described),
    ...parametersOf(described, schemas),
    ...bodyOf(described, schemas),
    responses: { ...Object.fromEntries(responses), default: failure },
  };
}

function parametersOf({ path, query = {}, headers = {} }: Operation, schemas: NamedSchemas): Json {
  const inPath = Array.from(path.matchAll(/\{(\+?)(\w+)\}/g), ([, rest, name]) => ({
    name,
    in: 'path',
    required: true,
    // OpenAPI 3.1 has no word for RFC 6570's {+name}; 3.2 will.
    description: rest === '+' ? 'The rest of the path, percent-encoded; slashes may stand as they are' : 'One segment',
    schema: { type: 'string' },
  }));
  const others = [...entriesOf(query, 'query'), ...entriesOf(headers, 'header')].map(({ name, place, parameter }) => ({
    name,
    in: place,
    ...(parameter.required ? { required: true } : {}),
    description: parameter.text,
    schema: schemas.use(parameter.schema),
  }));
  const parameters = [...inPath, ...others];
  return parameters.length === 0 ? {} : { parameters };
}

function entriesOf(parameters: Readonly<Record<string, Parameter>>, place: 'query' | 'header') {
  return Object.entries(parameters).map(([name, parameter]) => ({ name, place, parameter }));
}

function bodyOf({ body, upload = [] }: Operation, schemas: NamedSchemas): Json {
  if (body === undefined && upload.length === 0) return {};
  const json = body === undefined ? {} : { 'application/json': { schema: schemas.use(body) } };
  // A body of bytes has no schema (OpenAPI 3.1 §4.8.14.3).
  const bytes = Object.fromEntries(upload.map((type) => [type, {}]));
  return { requestBody: { required: true, content: { ...bytes, ...json } } };
}

function answerOf({ text, schema, type }: OperationAnswer, schemas: NamedSchemas): Json {
  if (schema === undefined && type === undefined) return { description: text };
  const media = schema === undefined ? {} : { schema: schemas.use(schema) };
  return { description: text, content: { [type ?? 'application/json']: media } };
}

function failuresOf(schemas: NamedSchemas): Json {
  const integer = (description: string) => ({ description, schema: { type: 'integer' } });
  const headers = {
    'Retry-After': integer('With 429: seconds until a request may pass'),
    'RateLimit-Limit': integer('Requests a minute of the limit that has the least left'),
    'RateLimit-Remaining': integer('How many of them are left'),
    'RateLimit-Reset': integer('Seconds until all are there again'),
  };
  const handle = {
    type: 'object',
    required: ['responseCode'],
    properties: {
      responseCode: { type: 'integer' },
      message: { type: 'string' },
      handle: { type: 'string' },
      code: { type: 'string' },
      at: { type: 'string' },
      successor: { type: 'string' },
    },
  };
  return {
    Failure: {
      description: 'A failure, as problem details (RFC 9457)',
      headers,
      content: { [PROBLEM_MEDIA_TYPE]: { schema: schemas.use(Problem) } },
    },
    HandleFailure: {
      description: "A failure, in the shape of Handle's REST interface",
      headers: { 'Retry-After': headers['Retry-After'] },
      content: { 'application/json': { schema: handle } },
    },
  };
}
