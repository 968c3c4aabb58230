const NAMES = { node: 'Node.js', electron: 'Electron', chrome: 'Chromium', v8: 'V8' } as const;

/** Versions of what this process runs on, under the names that people know. */
export function runtimeVersions(versions: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const known = Object.entries(NAMES).map(([key, name]) => [name, versions[key]] as const);
  return Object.fromEntries(known.filter((entry): entry is [(typeof entry)[0], string] => entry[1] !== undefined));
}
