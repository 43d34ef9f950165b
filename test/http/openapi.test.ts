import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import t from 'tap';
import { createOpenApi } from '../../proto/http/openapi.ts';
import { operations, resources } from '../../proto/http/operations.ts';
import { TAGS } from '../../proto/http/tags.ts';
import { VERSION } from '../../proto/http/version.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { root } from '../support/root.ts';

const document = JSON.parse(JSON.stringify(createOpenApi({ operations, resources })));

t.test('the document is OpenAPI 3.1', async (t) => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  t.ok(valid, JSON.stringify(errors));
  t.match(document.openapi, /^3\.1\./);
});

t.test('proto/http/openapi.json is what the operations say; npm run openapi writes it', async (t) => {
  t.strictSame(JSON.parse(readFileSync(join(root, 'proto/http/openapi.json'), 'utf8')), document);
});

t.test('the version is that of the package', async (t) => {
  t.equal(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version, VERSION);
});

t.test('every operation is described once, under a tag that has a Chinese name', async (t) => {
  const ids = operations.map(({ id }) => id);
  t.equal(new Set(ids).size, ids.length);
  for (const { id, method, path, tag, permission } of operations) {
    const found = document.paths[path.replace('{+', '{')][method.toLowerCase()];
    t.match(found, { operationId: id, 'x-permission': permission }, id);
    t.ok(tag in TAGS, tag);
  }
});

t.test('every reference leads to something', async (t) => {
  const references = Array.from(JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g), ([, path = '']) => path);
  t.ok(references.length > 50);
  for (const path of new Set(references)) {
    const found = path.split('/').reduce((place, name) => place?.[name], document);
    t.ok(found, path);
  }
});

t.test('a node serves the document, and a page that runs no script and loads nothing', async (t) => {
  const databases = await startDatabases(t);
  const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: await databases.create() });
  t.strictSame((await node.get('/openapi.json')).json, document);
  const { text, headers } = await node.get('/docs');
  t.match(headers, { 'content-type': /^text\/html/, 'content-security-policy': /default-src 'none'/ });
  t.notMatch(text, /<script|<img|<link|src=|@import|url\(/);
  for (const { id } of operations) t.ok(text.includes(`id="${id}"`), id);
  t.match((await node.get('/docs', { 'accept-language': 'zh-CN' })).text, '<html lang="zh-CN">');
  t.match((await node.get('/docs?lang=zh', { 'accept-language': 'en' })).text, 'HTTP 接口');
});
