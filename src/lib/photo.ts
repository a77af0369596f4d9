const fileName = /^[A-Za-z0-9._-]+$/
// The characters of RFC 3986 and no other: an address is written into pages.
const secureUrl = /^https:\/\/[\w[][\w.~:/?#[\]@!$&'()*+,;=%-]*$/i

/** Whether this names a picture: a file of ours, or an address elsewhere that a browser loads safely. */
export const isPhoto = (text: string): boolean => secureUrl.test(text) ? URL.canParse(text) : fileName.test(text) && !/^\.{1,2}$/.test(text)
