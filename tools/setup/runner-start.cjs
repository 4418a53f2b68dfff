/**
 * Lies in the runtime tree as runner.cjs: runs the bundle beside it with the code that V8 compiled when the tree was
 * made, which halves the time to the runner's first line. Node's own compile cache wants a writable folder.
 */
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { constants, Script } = require('node:vm');

const file = `${__dirname}/runner-bundle.cjs`;
const cacheFile = `${__dirname}/runner-bundle.cache`;

const readCache = () => {
  try {
    return readFileSync(cacheFile);
  } catch {
    return undefined;
  }
};

// The bundle is pure ASCII, so this gives V8 a one-byte string without decoding.
const source = readFileSync(file, 'latin1');
const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
  filename: file,
  cachedData: readCache(),
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});

// Set only while the tree is made: what ran until the end has been compiled, and is kept.
if (process.env.DRYDOCK_WRITE_CODE_CACHE) {
  process.on('exit', () => writeFileSync(cacheFile, script.createCachedData()));
}

script.runInThisContext().call(exports, exports, require, module, file, __dirname);
