/** Hashes. The one place outside device/ that imports Node: a hash is pure. */
import { createHash } from 'node:crypto';

export function md5(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return Uint8Array.from(hash.digest());
}
