import { Database } from '../../src/database/database.ts';

export interface StatementCounts {
  /** Statements of this name that were sent since the count began. */
  of(name: string): number;
  /** Holds back the statements of this name until `release`. */
  hold(name: string): { release(): void };
}

/** Counts the named statements that all databases of this process send, on their way to the server. */
export function countStatements(t: { teardown(work: () => unknown): void }): StatementCounts {
  const counts = new Map<string, number>();
  const gates = new Map<string, Promise<void>>();
  const { query } = Database.prototype;
  Database.prototype.query = async function (this: Database, statement, values) {
    if (typeof statement !== 'string') {
      counts.set(statement.name, (counts.get(statement.name) ?? 0) + 1);
      await gates.get(statement.name);
    }
    return query.call(this, statement, values) as never;
  };
  t.teardown(() => {
    Database.prototype.query = query;
  });
  return {
    of: (name) => counts.get(name) ?? 0,
    hold: (name) => {
      let release = () => {};
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      gates.set(name, gate);
      return {
        release: () => {
          gates.delete(name);
          release();
        },
      };
    },
  };
}
