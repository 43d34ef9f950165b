import type { FastifyError, FastifySchemaValidationError, preValidationHookHandler } from 'fastify';
import type { TSchema } from 'typebox';

/** How bodies are compared with their schemas: unknown fields are refused, not dropped; "1" is not 1. */
export const BODY_CHECKS = { customOptions: { removeAdditional: false, coerceTypes: false } };

/**
 * Refuses a body that does not follow its schema, as Fastify does with the schema of a route. But it compiles the checks of all
 * routes at the start of a node, which takes 0.2 s, and most processes meet few of them: here each waits for its first request.
 */
export function checkBody(schema: TSchema): preValidationHookHandler {
  return (request, _reply, done) => {
    const follows = request.compileValidationSchema(schema, 'body');
    if (follows(request.body ?? null)) done();
    else done(new InvalidBody((follows.errors ?? []) as FastifySchemaValidationError[]));
  };
}

/** Has what Fastify's own error has. */
class InvalidBody extends Error implements FastifyError {
  readonly code = 'FST_ERR_VALIDATION';
  readonly statusCode = 400;
  readonly validationContext = 'body';
  readonly validation: FastifySchemaValidationError[];

  constructor(validation: FastifySchemaValidationError[]) {
    super('The body does not follow its schema');
    this.validation = validation;
  }
}
