/** The machine's first network card, which IOS's virtual interfaces are shown with. */
import { networkInterfaces } from 'node:os';

const MAC_OCTETS = 6;

/** @returns 6 octets, all 0 where there is no card */
export function hardwareAddress(): Uint8Array {
  const cards = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const mac = cards.find(({ internal }) => !internal)?.mac ?? '';
  const octets = mac.split(':').map((part) => Number.parseInt(part, 16));
  const isWhole = octets.length === MAC_OCTETS && octets.every((octet) => octet >= 0);
  return isWhole ? Uint8Array.from(octets) : new Uint8Array(MAC_OCTETS);
}
