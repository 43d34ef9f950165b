import { lstat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { KapokError } from '../../errors/kapok-error.ts';
import { type Binaries, copyBinaries, findBinaries, linkLibraries } from './binaries.ts';
import { findRefuge, moveToRefuge, openRefuge } from './refuge.ts';
import { type RunAs, runAsCandidates, whyUnfit } from './run-as.ts';

/** Where the cluster lives, which programs serve it, and as whom. */
export interface Placement {
  /** The folder that holds `cluster`; the data folder itself, or its refuge. */
  readonly home: string;
  readonly binaries: Binaries;
  readonly runAs: RunAs;
}

type Site = Pick<Placement, 'home' | 'binaries'>;

/** Where root may put what "nobody" must reach, best first: the second may not outlive a reboot. */
const REFUGES = ['/var/lib', tmpdir()];

/**
 * Tries, as the kernel sees them now, the sites and the ways to run a server there; the cheapest that works is taken.
 * Nothing of it is remembered but a move: a folder that was opened or closed since the last start only costs a chown.
 */
export async function choosePlacement(dataDir: string, log: (message: string) => void): Promise<Placement> {
  const problems: string[] = [];
  const packaged = await findBinaries();
  const refuge = await findRefuge(dataDir);
  const linked = await linkLibraries(packaged);
  if (linked && refuge === null) {
    const placement = await findFit({ home: dataDir, binaries: packaged }, problems);
    if (placement !== null) return placement;
  }
  if (!linked || refuge !== null || isRoot()) {
    const home = refuge ?? dataDir;
    const placement = await findFit({ home, binaries: await copyBinaries(packaged, home) }, problems);
    if (placement !== null) return placement;
  }
  if (isRoot() && refuge === null) {
    const placement = await findRefugeFit(dataDir, packaged, problems);
    if (placement !== null) {
      await moveToRefuge(dataDir, placement);
      log(`the database of ${dataDir} is kept in ${placement.home}, because PostgreSQL does not run as root`);
      return placement;
    }
  }
  throw new KapokError('INVALID_SETTING', {
    message: `The embedded PostgreSQL does not run here (${problems.join('; ')}); set DATABASE_URL to another server`,
  });
}

async function findRefugeFit(dataDir: string, packaged: Binaries, problems: string[]): Promise<Placement | null> {
  for (const base of REFUGES) {
    try {
      const home = await openRefuge(base, dataDir);
      const placement = await findFit({ home, binaries: await copyBinaries(packaged, home) }, problems);
      if (placement !== null) return placement;
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  return null;
}

async function findFit(site: Site, problems: string[]): Promise<Placement | null> {
  for (const runAs of runAsCandidates(await lstat(site.home))) {
    const problem = await whyUnfit(runAs, site.home, site.binaries);
    if (problem === null) return { ...site, runAs };
    problems.push(problem);
  }
  return null;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
