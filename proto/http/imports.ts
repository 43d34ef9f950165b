import { Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

export const importIdentifiers = operation({
  id: 'importIdentifiers',
  method: 'POST',
  path: '/api/v1/imports',
  permission: 'records.register',
  tag: 'Registration',
  summary: 'Import NDJSON or CSV of any length',
  query: {
    overwrite: parameter.flag('Replace records that exist; on when absent'),
    results: { text: 'all when absent', schema: Type.Union([Type.Literal('all'), Type.Literal('failed')]) },
  },
  upload: ['application/x-ndjson', 'text/csv'],
  answers: { 200: { text: 'A line a row, and at the end the counts', type: 'application/x-ndjson' } },
});
