import type { NodeKey } from '../../access/node-key.ts';
import type { Database } from '../../database/database.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { SYSTEM } from '../audit/append-audit.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { type DepositFile, listDeposits } from './deposit-file.ts';
import { writeDepositFile } from './deposit-folder.ts';
import { claimDay, findDeposit, logDeposit, releaseDay } from './deposit-log.ts';
import type { Manifest } from './manifest.ts';
import { parseRecipient, type Recipient } from './recipient.ts';

export interface DailyDepositsOptions {
  readonly database: Database;
  readonly name: string;
  readonly key: NodeKey;
  readonly secrets: Pick<Secrets, 'findKey'>;
  readonly folder: string;
  readonly recipient: Recipient;
  readonly log: Logger;
}

/** Milliseconds between looks whether a deposit is due. */
const LOOK_EVERY = 60_000;
/** Seconds after a failure. */
const RETRY_AFTER = 600;

type Opening = Omit<DailyDepositsOptions, 'folder' | 'recipient'> &
  Partial<{ readonly folder: string; readonly recipient: string }>;

/** Begins with them where a folder and a recipient are set. Throws BAD_REQUEST when the recipient is none. */
export function openDailyDeposits({ folder, recipient, ...options }: Opening): DailyDeposits | null {
  if (folder === undefined || recipient === undefined) return null;
  const deposits = new DailyDeposits({ ...options, folder, recipient: parseRecipient(recipient, 'recipient') });
  deposits.start();
  return deposits;
}

/** A deposit a day into a folder, as soon as the day has begun: a full one on Sundays, otherwise what has changed since. */
export class DailyDeposits {
  readonly #options: DailyDepositsOptions;
  #timer: NodeJS.Timeout | null = null;
  #look: Promise<unknown> | null = null;

  constructor(options: DailyDepositsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.#lookAfter(), LOOK_EVERY);
    this.#timer.unref();
    this.#lookAfter();
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#look;
  }

  /** Makes the deposit of the day if it is due here; null when it is not. */
  async depositIfDue(): Promise<DepositFile | null> {
    const { database, name, key, secrets, folder, recipient, log } = this.#options;
    const day = await claimDay(database, SYSTEM);
    if (day === null) return null;
    let retryAfter = RETRY_AFTER;
    try {
      const previous = day.isSunday ? null : await this.#findNewest();
      const order = { name, key, secrets, recipient, keysFor: recipient, previous };
      const deposit = await writeDepositFile(database, { folder, order });
      await logDeposit(database, deposit.manifest, SYSTEM);
      retryAfter = 0;
      const { kind, watermark, bytes } = deposit.manifest;
      log.info({ path: deposit.path, kind, watermark, bytes }, 'the deposit of the day is made');
      return deposit;
    } finally {
      await releaseDay(database, { retryAfter });
    }
  }

  #lookAfter(): void {
    this.#look ??= this.depositIfDue()
      .catch((err) => this.#options.log.error({ err }, 'the deposit of the day could not be made'))
      .finally(() => {
        this.#look = null;
      });
  }

  /** The newest deposit of the folder that this node knows as its own, and that the same recipient opens. */
  async #findNewest(): Promise<Manifest | null> {
    const { database, folder, recipient } = this.#options;
    // A folder that is not there yet holds none; one that cannot be read shows itself when the next is written.
    const deposits = await listDeposits(folder).catch(() => []);
    const newest = deposits.findLast(({ manifest }) => manifest.recipient === recipient)?.manifest;
    return newest === undefined ? null : findDeposit(database, newest.id);
  }
}
