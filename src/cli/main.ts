#!/usr/bin/env node
import './keep-tick-shape.ts';

// Only now the rest: loading it may collect garbage, and what is to be kept must be there before.
await import('./run.ts');
