import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { KapokError } from '../errors/kapok-error.ts';

/** `kapok keygen`: a key of one's own; its public half is to be registered. */
export function keygenCommand(): Command {
  return new Command('keygen')
    .description('Make an Ed25519 key and print the HS_PUBKEY value to register.')
    .requiredOption('--out <file>', 'where the private key goes: a new file that none but its owner may read')
    .option('--index <number>', 'the index of the value', Number, 300)
    .action(({ out, index }: { out: string; index: number }) => {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519');
      writeKey(out, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
      const data = { format: 'key', value: publicKey.export({ format: 'jwk' }) };
      process.stdout.write(`${JSON.stringify({ index, type: 'HS_PUBKEY', data })}\n`);
    });
}

/** Never over another file: a key that is lost is not made again. */
export function writeKey(file: string, pem: string): void {
  try {
    writeFileSync(file, pem, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    const message = exists ? `${file} exists; it is not overwritten` : `${file} cannot be written`;
    throw new KapokError('INVALID_SETTING', { message, cause });
  }
}
