import { Command } from 'commander';
import { createOpenApi } from '../../proto/http/openapi.ts';
import { operations, resources } from '../../proto/http/operations.ts';

/** `kapok openapi`: the document that a node serves as /openapi.json; `npm run openapi` keeps it in proto/http. */
export function openapiCommand(): Command {
  return new Command('openapi').description('Print the HTTP interface as an OpenAPI 3.1 document.').action(() => {
    process.stdout.write(`${JSON.stringify(createOpenApi({ operations, resources }), null, 2)}\n`);
  });
}
