/** Two Unix sockets that are each other's far end. */
import { strict as assert } from 'node:assert';
import koffi from 'koffi';
import type { Arena } from '../../../src/device/arena.ts';

const AF_UNIX = 1;
export const SOCK_DGRAM = 2;
export const SOCK_SEQPACKET = 5;

const socketpair = koffi.load(null).func('int socketpair(int, int, int, uintptr_t)');

/** @returns both descriptors */
export function socketPair(arena: Arena, type: number): [number, number] {
  const at = arena.take(8);
  assert.equal(socketpair(AF_UNIX, type, 0, arena.address(at)), 0);
  return [arena.words[at >> 2] ?? -1, arena.words[(at >> 2) + 1] ?? -1];
}
