/** A value whose data is text; the loader gives it the defaults of every other member. */
export interface DemoValue {
  readonly index: number;
  readonly type: string;
  readonly data: string;
}

export interface DemoRow {
  readonly identifier: string;
  readonly values: readonly DemoValue[];
}

/** A prefix that a node hosts besides its own. */
export interface DemoPrefix {
  readonly prefix: string;
  /** Who answers for it, for people: a vendor's name. */
  readonly label: string;
}

/** What one node answers with. Functions, because the PCI registry alone makes 14,000 rows: none is built unasked. */
export interface NodeContent {
  readonly hostedPrefixes: () => DemoPrefix[];
  readonly rows: () => Iterable<DemoRow>;
}

export interface DemoNodePlan extends NodeContent {
  /** `88` · `88.101` · `88.101.1001`. */
  readonly prefix: string;
  readonly role: 'top' | 'industry' | 'enterprise';
  readonly name: { readonly zh: string; readonly en: string };
  /** The port a demo prefers; it takes another one when this is in use. */
  readonly port: number;
  /** The prefix of the node that delegates to this one; null for the top. */
  readonly parent: string | null;
}
