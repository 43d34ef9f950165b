/** What one worker of a node asks of the others. */
export type Topic = 'catch-up' | 'metrics' | 'resolutions';

/** Between a worker and its supervisor, in both directions: the supervisor passes on what is asked, and brings the answers. */
export type Message =
  | { readonly kind: 'ask'; readonly number: number; readonly topic: Topic; readonly detail?: unknown }
  | { readonly kind: 'answer'; readonly number: number; readonly answer: unknown }
  | { readonly kind: 'ready'; readonly url: string; readonly firstToken: string | null };
