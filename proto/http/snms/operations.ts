/** The second level's interface as deployed clients know it; nothing else is made of it. */
export * from './data.ts';
export * from './identity.ts';
export * from './prefixes.ts';
export * from './templates.ts';
