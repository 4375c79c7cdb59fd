/** The rules of the house that a compiler and the linters cannot see, over files as text. */
import { posix } from 'node:path';

/** Path from the top of the repository → text. */
export type Files = ReadonlyMap<string, string>;

export interface Layer {
  /** Layers that it may import, beside itself. */
  readonly imports: readonly string[];
  /** The folders it may have. */
  readonly folders: readonly string[];
  /** May import Node and packages. */
  readonly outside?: boolean;
}

interface Import {
  readonly from: string;
  readonly specifier: string;
  /** Where a relative one leads. */
  readonly to: string | undefined;
}

const MAX_LINES = 400;
const MAX_COLUMNS = 100;

const IMPORT = /^\s*(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|\bimport\s*\(?\s*'([^']+)'/gm;
const RE_EXPORT = /^export\b[^'";=(]*\bfrom\s*'/m;
const DEFAULT_EXPORT = /^export\s+default\b|^export\s*\{[^}]*\bas\s+default\b/m;
/** The brackets keep these lines from finding themselves. */
const LEFT_OPEN = [
  /TOD[O]|FIXM[E]|XX[X]/,
  /@ts-(?:ignor[e]|expect-erro[r]|nochec[k])/,
  /(?:biome-|c8 |v8 )ignor[e]|(?:es|ox)lint-disabl[e]/,
  /\b(?:it|describe)\.(?:ski[p]|onl[y])\b/,
];

function importsOf(path: string, text: string): readonly Import[] {
  return [...text.matchAll(IMPORT)].map(([, from, bare]) => {
    const specifier = from ?? bare ?? '';
    const isRelative = specifier.startsWith('.');
    const to = isRelative ? posix.join(posix.dirname(path), specifier) : undefined;
    return { from: path, specifier, to };
  });
}

/** The layer of a file under src/: its first folder, or the name of a file that stands alone. */
const layerOf = (path: string): string => path.split('/')[1] ?? '';

/** @param exceptions single files with the packages they may import all the same */
export function layering(
  files: Files,
  layers: ReadonlyMap<string, Layer>,
  exceptions: ReadonlyMap<string, readonly string[]>,
): string[] {
  const wrong: string[] = [];
  for (const [path, text] of files) {
    const name = layerOf(path);
    const layer = layers.get(name);
    const [, , folder, file] = path.split('/');
    if (layer === undefined) {
      wrong.push(`${path}: ${name} is no layer`);
      continue;
    }
    if (file !== undefined && !layer.folders.includes(folder ?? '')) {
      wrong.push(`${path}: ${name}/ has no folder ${folder}`);
    }
    for (const { specifier, to } of importsOf(path, text)) {
      if (to === undefined) {
        const isAllowed = layer.outside === true || exceptions.get(path)?.includes(specifier);
        if (isAllowed !== true) wrong.push(`${path}: ${name} may not import ${specifier}`);
      } else if (!files.has(to)) {
        wrong.push(`${path}: there is no ${specifier}`);
      } else if (layerOf(to) !== name && !layer.imports.includes(layerOf(to))) {
        wrong.push(`${path}: ${name} may not import ${to}`);
      }
    }
  }
  return wrong;
}

/** @returns each cycle once, named by its path */
export function cycles(files: Files): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at !== -1) found.push([...trail.slice(at), path].join(' → '));
    if (at !== -1 || done.has(path)) return;
    for (const { to } of importsOf(path, files.get(path) ?? '')) {
      if (to !== undefined) visit(to, [...trail, path]);
    }
    done.add(path);
  };
  for (const path of files.keys()) visit(path, []);
  return found;
}

export function exportStyle(files: Files): string[] {
  const wrong: string[] = [];
  for (const [path, text] of files) {
    if (posix.basename(path) === 'index.ts') wrong.push(`${path}: a barrel`);
    if (RE_EXPORT.test(text)) wrong.push(`${path}: passes on what another file exports`);
    if (DEFAULT_EXPORT.test(text)) wrong.push(`${path}: a default export`);
  }
  return wrong;
}

export function shape(files: Files): string[] {
  const wrong: string[] = [];
  for (const [path, text] of files) {
    const lines = text.split('\n');
    if (lines.length - 1 > MAX_LINES) wrong.push(`${path}: ${lines.length - 1} lines`);
    for (const [at, line] of lines.entries()) {
      if ([...line].length > MAX_COLUMNS) wrong.push(`${path}:${at + 1}: ${line.length} columns`);
      if (LEFT_OPEN.some((sign) => sign.test(line)))
        wrong.push(`${path}:${at + 1}: left open or switched off`);
    }
  }
  return wrong;
}
