/** A command was called with words it does not know; the message says which it knows. */
export class UsageError extends Error {}
