/**
 * `npm run lock`, after each change of the dependencies: a registry that lacks packages of foreign
 * platforms makes a lock without them, which `npm ci` then refuses. Adds what is missing, as far as
 * a name tells: no address, no integrity.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ version?: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[],
 *   libc?: string[], resolved?: string, license?: string,
 *   optionalDependencies?: Record<string, string> }} Entry
 * @typedef {{ packages: Record<string, Entry> }} Lock
 */

const OS = /^(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)$/;
const CPU = /^(arm|arm64|ia32|loong64|mips64el|ppc64|riscv64|s390x|wasm32|x64)$/;

/**
 * @param {Lock} lock
 * @returns {[path: string, entry: Entry][]} the optional packages that have no entry
 */
export function missingEntries({ packages }) {
  /** @type {Map<string, Entry>} */
  const missing = new Map();
  for (const [path, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (candidates(path, name).some((candidate) => candidate in packages)) continue;
      missing.set(`node_modules/${name}`, {
        version,
        ...platformOf(name),
        ...(dev === true ? { dev } : {}),
        optional: true,
      });
    }
  }
  return [...missing];
}

/**
 * Everywhere that Node would look for it.
 * @param {string} path of the package that wants it
 * @param {string} name
 */
function candidates(path, name) {
  const folders = path.split(/(?=\/node_modules\/)/); // of a/node_modules/b: a, /node_modules/b
  const owners = folders.map((_, at) => folders.slice(0, at + 1).join(''));
  return ['', ...owners.filter((owner) => owner !== '').map((owner) => `${owner}/`)].map(
    (owner) => `${owner}node_modules/${name}`,
  );
}

/**
 * @param {string} name e.g. @biomejs/cli-linux-x64-musl
 * @returns {Entry}
 */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = words.find((word) => OS.test(word));
  const cpu = words.find((word) => CPU.test(word));
  if (os === undefined || cpu === undefined) throw new Error(`${name}: which platform is that?`);
  if (os !== 'linux') return { cpu: [cpu], os: [os] };
  if (words.some((word) => word.startsWith('musl')))
    return { cpu: [cpu], libc: ['musl'], os: [os] };
  if (words.some((word) => word.startsWith('gnu')))
    return { cpu: [cpu], libc: ['glibc'], os: [os] };
  return { cpu: [cpu], os: [os] };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = new URL('../../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingEntries(lock);
  for (const [path, entry] of missing) lock.packages[path] = entry;
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(sorted);
  if (missing.length > 0) writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
  console.log(`package-lock.json: ${missing.length} optional entries added`);
}
