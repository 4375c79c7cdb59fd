/**
 * Bundles src/main.ts into dist/pilac.cjs, with the two native libraries beside it: the folder runs
 * on any Linux with Node >= 20.19 and glibc, and needs no node_modules.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/** Where the two packages keep their library for glibc, by Node's name of the processor. */
const PREBUILT = new Map([
  ['x64', ['linux-x64/@serialport+bindings-cpp.glibc.node', 'linux_x64/koffi.node']],
  ['arm64', ['linux-arm64/@serialport+bindings-cpp.armv8.glibc.node', 'linux_arm64/koffi.node']],
]);

/** @returns {[name: string, file: string][]} as it is called beside the bundle, where it is now */
function nativeFiles() {
  const [serialport, koffi] = PREBUILT.get(process.arch) ?? [];
  if (serialport === undefined || koffi === undefined) {
    throw new Error(`no native libraries for ${process.arch}`);
  }
  /** @param {string} dependent @param {string} name */
  const folderOf = (dependent, name) =>
    dirname(createRequire(require.resolve(dependent)).resolve(`${name}/package.json`));
  const bindings = folderOf('serialport', '@serialport/bindings-cpp');
  const ffi = folderOf('koffi', `@koromix/koffi-linux-${process.arch}`);
  return [
    ['serialport.node', join(bindings, 'prebuilds', serialport)],
    ['koffi.node', join(ffi, koffi)],
  ];
}

/**
 * Both packages search for their library at run time; this writes down where it is.
 * @type {import('esbuild').Plugin}
 */
const besideTheBundle = {
  name: 'natives beside the bundle',
  setup({ onResolve, onLoad }) {
    /** @param {string} path */
    const native = (path) => ({ path, namespace: 'native' });
    // Its ES module asks for import.meta, which a cjs bundle has not.
    onResolve({ filter: /^koffi$/ }, () => ({ path: require.resolve('koffi') }));
    onResolve({ filter: /^@koromix\/koffi-/ }, ({ path }) =>
      path === `@koromix/koffi-linux-${process.arch}` ? native('koffi') : { path, external: true },
    );
    onResolve({ filter: /^node-gyp-build$/ }, () => native('serialport'));
    // serialport's `debug` would take it from whoever else brought it: a package of development.
    onResolve({ filter: /^supports-color$/ }, () => native('supports-color'));
    onResolve({ filter: /\.node$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /^koffi$/, namespace: 'native' }, () => ({
      contents: "module.exports = require('./koffi.node');",
    }));
    onLoad({ filter: /^supports-color$/, namespace: 'native' }, () => ({ contents: '' }));
    onLoad({ filter: /^serialport$/, namespace: 'native' }, () => ({
      contents: "module.exports = () => require('./serialport.node');",
    }));
  },
};

/**
 * Empties `outDir` and fills it.
 * @param {string} entry
 * @param {string} outDir
 * @returns {Promise<string[]>} the files that went into it, from the top of the repository
 */
export async function bundle(entry, outDir) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  const { metafile } = await build({
    entryPoints: [entry],
    outfile: join(outDir, 'pilac.cjs'),
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    define: { PILAC_VERSION: JSON.stringify(version) },
    plugins: [besideTheBundle],
    logLevel: 'warning',
    metafile: true,
  });
  for (const [name, file] of nativeFiles()) copyFileSync(file, join(outDir, name));
  return Object.keys(metafile.inputs);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundle(join(root, 'src/main.ts'), join(root, 'dist'));
  console.log('dist/pilac.cjs');
}
