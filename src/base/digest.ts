/**
 * Hashes, and the one cipher that is used as a hash. The one place outside device/ that imports
 * Node: they are pure. OpenSSL's legacy provider is not needed. Runs a few times for each call.
 */
import { createCipheriv, createHash } from 'node:crypto';
import { concatOctets } from './octets.ts';

const hash = (algorithm: string, parts: readonly Uint8Array[]): Uint8Array => {
  const running = createHash(algorithm);
  for (const part of parts) running.update(part);
  return Uint8Array.from(running.digest());
};

export const md5 = (...parts: readonly Uint8Array[]): Uint8Array => hash('md5', parts);

export const sha1 = (...parts: readonly Uint8Array[]): Uint8Array => hash('sha1', parts);

/**
 * Encrypts one block of 8 octets under a key of 8, whose parity bits do not matter. OpenSSL 3 has
 * single DES no more, but triple DES with three times the same key is the same. PPP-L-02
 */
export function des(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv('des-ede3-ecb', concatOctets(key, key, key), '');
  cipher.setAutoPadding(false);
  return Uint8Array.from(cipher.update(block));
}

const MD4_BLOCK_OCTETS = 64;

interface Md4Round {
  readonly mix: (x: number, y: number, z: number) => number;
  readonly constant: number;
  /** Which of the block's words each step takes. */
  readonly words: readonly number[];
  /** Of the steps, again and again. */
  readonly shifts: readonly number[];
}

/** RFC 1320 §3.4. */
const MD4_ROUNDS: readonly Md4Round[] = [
  {
    mix: (x, y, z) => (x & y) | (~x & z),
    constant: 0,
    words: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    shifts: [3, 7, 11, 19],
  },
  {
    mix: (x, y, z) => (x & y) | (x & z) | (y & z),
    constant: 0x5a827999,
    words: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    shifts: [3, 5, 9, 13],
  },
  {
    mix: (x, y, z) => x ^ y ^ z,
    constant: 0x6ed9eba1,
    words: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    shifts: [3, 9, 11, 15],
  },
];

/** RFC 1320. Ours, since OpenSSL 3 keeps it in its legacy provider. */
export function md4(message: Uint8Array): Uint8Array {
  const blocks = Math.floor((message.length + 8) / MD4_BLOCK_OCTETS) + 1;
  const padded = new Uint8Array(blocks * MD4_BLOCK_OCTETS);
  padded.set(message);
  padded[message.length] = 0x80;
  const words = new DataView(padded.buffer);
  // §3.2: the length in bits, least significant octet first.
  words.setBigUint64(padded.length - 8, BigInt(message.length) * 8n, true);

  let state: readonly number[] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let at = 0; at < padded.length; at += MD4_BLOCK_OCTETS) {
    const mixed = md4Block(state, words, at);
    state = state.map((word, index) => (word + (mixed[index] ?? 0)) | 0);
  }
  const digest = new Uint8Array(16);
  const view = new DataView(digest.buffer);
  for (const [index, word] of state.entries()) view.setInt32(4 * index, word, true);
  return digest;
}

function md4Block(state: readonly number[], words: DataView, at: number): readonly number[] {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (const { mix, constant, words: order, shifts } of MD4_ROUNDS) {
    for (const [step, word] of order.entries()) {
      const sum = (a + mix(b, c, d) + words.getUint32(at + 4 * word, true) + constant) | 0;
      const shift = shifts[step % shifts.length] ?? 0;
      [a, b, c, d] = [d, (sum << shift) | (sum >>> (32 - shift)), b, c];
    }
  }
  return [a, b, c, d];
}
