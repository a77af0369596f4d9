const visible = /^[\x21-\x7e]*$/

/** Text as a header can hold it: whatever is not visible ASCII is percent-encoded. */
export const headerValue = (text: string): string =>
  visible.test(text) ? text : text.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent)
