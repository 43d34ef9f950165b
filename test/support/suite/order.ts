/**
 * The files that take longest, longest first: begun last, one of them would keep a single core busy while the other has
 * nothing to do. `npm test` prints what each takes.
 */
export const LONGEST: readonly string[] = [
  'docs/readme',
  'governance/escrow/restore-deposits',
  'tree/demo',
  'tree/mirror-faults',
  'tree/move-crash',
  'http/access-matrix',
  'bench/profiles',
  'bench/profiles-of-data',
  'bench/smoke',
  'tree/import-crash',
  'tree/move',
  'cli/registration',
];

/** Test files, as `docs/readme.test.js`, in the order in which they are run. */
export function inOrder(files: readonly string[]): string[] {
  const place = (file: string) => {
    const at = LONGEST.indexOf(file.replace(/\.test\.[jt]s$/, ''));
    return at < 0 ? LONGEST.length : at;
  };
  return files.toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}
