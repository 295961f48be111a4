// Revisions as people read them. Must not look anything up.

/** `main@sha1:4f2c1a9...` as `main@4f2c1a9`; a digest of a working tree or an artifact shortened the same way. */
export function shortRevision(revision: string): string {
  return revision.replace(/(?:sha1|sha256|sha512):([0-9a-f]{7})[0-9a-f]*/g, '$1');
}
