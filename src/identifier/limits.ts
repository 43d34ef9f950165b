/** The longest identifier that any wire accepts, in bytes of UTF-8 (the Handle protocol's limit). */
export const MAX_WIRE_BYTES = 2048;

/** The longest identifier that can be registered, in characters (deployed second-level nodes hold no more). */
export const MAX_REGISTERED_CHARACTERS = 255;

/** The longest prefix, in characters (deployed second-level nodes hold no more). */
export const MAX_PREFIX_CHARACTERS = 64;

/** Deeper prefixes than this cannot exist within 64 characters; bounds every walk along labels. */
export const MAX_LABELS = 32;
