// Text of a repository as it may be shown: characters that steer a terminal, or that nobody sees, as escapes.

// eslint-disable-next-line no-control-regex -- they are the subject.
const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** The text with control, zero-width and direction characters written as `\u202e`. Line breaks and tabs stay. */
export function visibleText(text: string): string {
  return text.replace(hidden, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
