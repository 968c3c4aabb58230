// Read by old versions of Node too: plain syntax only, no imports.

/**
 * @param {string} version such as `24.21.0`
 * @param {number} major
 * @param {number} minor
 * @returns {boolean} whether `version` is `major.minor` or newer
 */
export function isAtLeast(version, major, minor) {
  const parts = version.split('.').map(Number);
  const [ownMajor = 0, ownMinor = 0] = parts;
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/**
 * The app runs on Node 24 (its packages are built for it and it reads TypeScript as it stands); any Node from 20 on
 * can fetch that one. 24.15 is the oldest that every package accepts.
 *
 * @param {string} version
 * @returns {boolean}
 */
export function canRunTheApp(version) {
  return isAtLeast(version, 24, 15);
}

/**
 * @param {string} version the running Node's
 * @returns {string | undefined} the sentence for a Node that is too old even to set the app up
 */
export function refusalOfNode(version) {
  if (isAtLeast(version, 20, 0)) return undefined;
  return (
    'Epsiloscope needs Node.js 20 or newer; this is Node.js ' +
    version +
    ". Nothing was changed. Install a current Node.js (nodejs.org, or your system's packages) and start again."
  );
}
