/** Where things are. */
import { fileURLToPath } from 'node:url';

export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
export const LAB = fileURLToPath(new URL('../lab', import.meta.url));
export const BUNDLE = `${REPOSITORY}dist/pilac.cjs`;
export const RELAY = fileURLToPath(new URL('relay.ts', import.meta.url));
export const PROGRAMS = fileURLToPath(new URL('../programs', import.meta.url));
