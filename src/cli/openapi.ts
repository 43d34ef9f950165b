import { Command } from 'commander';

/** `kapok openapi`: the document that a node serves as /openapi.json; `npm run openapi` keeps it in proto/http. */
export function openapiCommand(): Command {
  return new Command('openapi').description('Print the HTTP interface as an OpenAPI 3.1 document.').action(async () => {
    const { createOpenApi } = await import('../../proto/http/openapi.ts');
    const { operations, resources } = await import('../../proto/http/operations.ts');
    process.stdout.write(`${JSON.stringify(createOpenApi({ operations, resources }), null, 2)}\n`);
  });
}
