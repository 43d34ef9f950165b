import { readFileSync, writeFileSync } from 'node:fs';
import { fileOf } from '../support/root.ts';
import { drawDiagrams } from './diagrams.ts';

/** `npm run diagrams`: draws the state machines into docs/governance.md. */
const file = fileOf('docs/governance.md');
writeFileSync(file, drawDiagrams(readFileSync(file, 'utf8')));
