/**
 * Reads classic pcap files (not pcapng) for the tests, and digs out what a link layer carries.
 * Format: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/
 */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const LinkType = {
  Ethernet: 1,
  Ppp: 9,
  PppHdlc: 50,
  CiscoHdlc: 104,
  LinuxCooked: 113,
  LinuxCooked2: 276,
} as const;

const VLAN_TAGS = [0x8100, 0x88a8];
const IPV4 = 0x0800;
const UDP = 17;

export interface PcapFrame {
  readonly seconds: number;
  /** What was captured; shorter than `wireOctets` where the snapshot length cut it. */
  readonly octets: Uint8Array;
  readonly wireOctets: number;
}

export interface Pcap {
  readonly linkType: number;
  readonly frames: readonly PcapFrame[];
}

export interface UdpDatagram {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Uint8Array;
}

const CAPTURES = fileURLToPath(new URL('../fixtures/captures/', import.meta.url));
export const capturePath = (name: string): string => `${CAPTURES}${name}`;

/** Reads one of test/fixtures/captures/. */
export const readCapture = (name: string): Pcap => parsePcap(readFileSync(capturePath(name)));

function parsePcap(file: Uint8Array): Pcap {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const little = [0xa1b2c3d4, 0xa1b23c4d].includes(view.getUint32(0, true));
  const magic = view.getUint32(0, little);
  assert.ok([0xa1b2c3d4, 0xa1b23c4d].includes(magic), 'not a classic pcap file');
  const fraction = magic === 0xa1b2c3d4 ? 1e6 : 1e9;
  const frames: PcapFrame[] = [];
  let at = 24;
  while (at + 16 <= file.length) {
    const octets = view.getUint32(at + 8, little);
    frames.push({
      seconds: view.getUint32(at, little) + view.getUint32(at + 4, little) / fraction,
      octets: Uint8Array.from(file.subarray(at + 16, at + 16 + octets)),
      wireOctets: view.getUint32(at + 12, little),
    });
    at += 16 + octets;
  }
  return { linkType: view.getUint32(20, little) & 0xffff, frames };
}

/**
 * What Ethernet (through VLAN tags) or the Linux cooked headers carry; undefined for the others.
 */
export function etherPayload(
  linkType: number,
  frame: Uint8Array,
): { readonly etherType: number; readonly payload: Uint8Array } | undefined {
  const u16 = (at: number): number => ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);
  if (linkType === LinkType.LinuxCooked) {
    return { etherType: u16(14), payload: frame.subarray(16) };
  }
  if (linkType === LinkType.LinuxCooked2) {
    return { etherType: u16(0), payload: frame.subarray(20) };
  }
  if (linkType !== LinkType.Ethernet) return undefined;
  let at = 12;
  while (VLAN_TAGS.includes(u16(at))) at += 4;
  return { etherType: u16(at), payload: frame.subarray(at + 2) };
}

/**
 * The UDP datagrams over IPv4 of a capture, in order; one that was cut by the capture comes cut.
 */
export function udpDatagrams(capture: Pcap): UdpDatagram[] {
  const datagrams: UdpDatagram[] = [];
  for (const frame of capture.frames) {
    const ether = etherPayload(capture.linkType, frame.octets);
    if (ether?.etherType !== IPV4 || ether.payload[9] !== UDP) continue;
    const header = ((ether.payload[0] ?? 0) & 0x0f) * 4;
    const view = new DataView(ether.payload.buffer, ether.payload.byteOffset + header);
    datagrams.push({
      sourcePort: view.getUint16(0),
      destinationPort: view.getUint16(2),
      payload: ether.payload.slice(header + 8, header + view.getUint16(4)),
    });
  }
  return datagrams;
}
