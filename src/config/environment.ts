import { KapokError } from '../errors/kapok-error.ts';
import { type Config, readConfig } from './config.ts';

/** The settings in the environment of this process, and those that the command line gives in their place. */
export function readEnvironment(given: Readonly<Record<string, string>> = {}): Config {
  return readConfig({ ...process.env, ...given });
}

/** Adds the NAME=value lines of a file to the environment; what is set already stays. */
export function loadEnvFile(file: string): void {
  try {
    process.loadEnvFile(file);
  } catch (cause) {
    throw new KapokError('INVALID_SETTING', { message: `${file} cannot be read as a file of settings`, cause });
  }
}

/** The environment of a child node: ours without our own settings, and the given ones. */
export function childEnvironment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !isSetting(name));
  return { ...Object.fromEntries(inherited), ...settings };
}

/** What commands read of the environment that need no other settings. */
type ReadAlone =
  | 'KAPOK_URL'
  | 'KAPOK_TOKEN'
  | 'KAPOK_PARENT_TOKEN'
  | 'XDG_CONFIG_HOME'
  | 'KAPOK_DATA_DIR'
  | 'KAPOK_HOST'
  | 'DATABASE_URL';

/** A variable alone, such as the URL or the token of the node that the command line talks to. */
export function readVariable(name: ReadAlone): string | undefined {
  return process.env[name];
}

function isSetting(name: string): boolean {
  return name.startsWith('KAPOK_') || name === 'DATABASE_URL' || name === 'REDIS_URL';
}
