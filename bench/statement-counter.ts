/** Type and length. */
const HEAD = 5;
const EXECUTE = 0x45;
const SIMPLE_QUERY = 0x51;

/**
 * Counts the statements in what a client of PostgreSQL sends ("Message Flow" of its protocol 3.0): each Execute of the extended
 * query, each simple Query. The first message of a connection has no type.
 */
export class StatementCounter {
  count = 0;

  /** For one connection: takes its pieces, cut anywhere. */
  watch(): (piece: Buffer) => void {
    let head = Buffer.alloc(0);
    let skip = 0;
    let started = false;
    return (piece) => {
      let at = 0;
      while (at < piece.length) {
        if (skip > 0) {
          const skipped = Math.min(skip, piece.length - at);
          skip -= skipped;
          at += skipped;
          continue;
        }
        const needed = (started ? HEAD : HEAD - 1) - head.length;
        const more = piece.subarray(at, at + needed);
        head = Buffer.concat([head, more]);
        at += more.length;
        if (more.length < needed) return;
        if (started && (head[0] === EXECUTE || head[0] === SIMPLE_QUERY)) this.count++;
        // The length counts itself.
        skip = head.readInt32BE(head.length - 4) - 4;
        started = true;
        head = Buffer.alloc(0);
      }
    };
  }
}
