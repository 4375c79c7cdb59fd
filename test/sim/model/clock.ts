/** When each line of the listings is due in a cast, on the clock of its device. */
import { type Cast, SEED_CAST } from './cast.ts';
import { listedAt } from './listing.ts';

/** Said because of the LNS's no-session timer. TRACE-32 allows a second. */
const TIMER_LINES: readonly string[] = ['ND-026', 'LD-017'];
const TIMER_MS = 1_000;

/**
 * The first line after something came from outside the device: a frame, a datagram, a lost carrier.
 * What follows it is said as fast as the device can, which is a matter of its processor.
 */
const OUTSIDE_LINES: readonly string[] = [
  ...['LS-002', 'LS-006', 'LS-016', 'LS-022', 'LS-029', 'LS-083', 'LS-122', 'LS-123', 'LS-132'],
  ...['LS-134', 'LD-001', 'LD-002', 'LD-015'],
  ...['NS-001', 'NS-030', 'NS-043', 'NS-066', 'NS-152', 'NS-171', 'NS-173', 'ND-001'],
];

/**
 * Cloning an interface took IOS so long, and takes us no time: what comes after it, until the call
 * stands, is due as much earlier. NS-100, NS-101
 */
export const CLONING_MS = 1_619;
const CLONED = { first: 'NS-101', last: 'NS-184' } as const;

/** The line protocol follows the link in IOS's whole seconds. */
const PACED_LINES: readonly string[] = ['LS-133', 'LD-016', 'NS-184', 'ND-025'];
const PACE_MS = 1_000;

export const isBehindCloning = (id: string): boolean => CLONED.first <= id && id <= CLONED.last;

/** Since the day began. */
export function clockOf({ clock, lns }: Cast, id: string): number {
  const isLns = id.startsWith('N');
  const isTearDown = id[1] === 'D';
  const number = Number(id.slice(3));
  const isAfterTimer = isTearDown && number >= (isLns ? 26 : 17);
  const timerMs = (lns.noSessionSeconds - SEED_CAST.lns.noSessionSeconds) * 1000;
  return (
    listedAt(id) +
    clock.laterMs +
    (isLns ? clock.lnsLaterMs : 0) +
    (isTearDown ? clock.longerMs : 0) -
    (isBehindCloning(id) ? CLONING_MS : 0) +
    (isAfterTimer ? timerMs : 0)
  );
}

/** How far from its time a line may be said; nothing where the lines around it say enough. */
export function withinOf(id: string): { readonly withinMs?: number } {
  if (OUTSIDE_LINES.includes(id)) return { withinMs: 0 };
  if (TIMER_LINES.includes(id)) return { withinMs: TIMER_MS };
  return PACED_LINES.includes(id) ? { withinMs: PACE_MS } : {};
}

/** What a person reads: `00:04:10.455`. */
export function formatClock(at: number): string {
  return new Date(Math.round(at)).toISOString().slice(11, 23);
}
