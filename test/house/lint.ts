import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../support/root.ts';

const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
const CONFIGURATION = ['biome.json', '.gitignore', 'package.json'];

interface Report {
  readonly summary: { readonly unchanged: number };
  readonly diagnostics: readonly { readonly category: string; readonly location: { readonly path: string } }[];
}

/**
 * Lints files that exist only in a folder of their own, under a copy of the project's configuration. Answers with the
 * broken rules of each file, by its path.
 */
export async function lint(files: ReadonlyMap<string, string>): Promise<Map<string, string[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'kapok-lint-'));
  try {
    for (const file of CONFIGURATION) await cp(join(root, file), join(folder, file));
    for (const [path, code] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), code);
    }
    const report = await run(folder);
    if (report.summary.unchanged < files.size) throw new Error(`Biome read ${report.summary.unchanged} files`);
    const broken = new Map<string, string[]>();
    for (const path of files.keys()) {
      const own = report.diagnostics.filter(({ location }) => location.path === path);
      broken.set(path, [...new Set(own.map(({ category }) => category))]);
    }
    return broken;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function run(cwd: string): Promise<Report> {
  const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '--error-on-warnings', '.'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      // Biome ends with 1 when a rule is broken; without a report it has failed to run at all.
      if (stdout.startsWith('{')) resolve(JSON.parse(stdout) as Report);
      else reject(new Error(stderr, { cause: error }));
    });
  });
}
